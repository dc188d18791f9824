/*
 * largest.c - how large can a datagram be?
 *
 *   build  cc -I../../../common largest.c ../../../common/error.c -o largest
 *   run    ./largest
 *   read   udp(7), ip(7), RFC 768; send(2) EMSGSIZE
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("largest");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof self;
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1 ||
        getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("bind 127.0.0.1:0");

    /* The length field of IPv4 has 16 bits: 65,535 bytes, of which IPv4's own
     * header takes 20 and UDP's takes 8. */
    static char data[65536];
    size_t largest = 65535 - 20 - 8;
    ssize_t n = sendto(sockfd, data, largest, 0, (struct sockaddr *)&self, len);
    if (n == -1)
        die("sendto of %zu bytes", largest);
    printf("sendto of %zu: %zd\n", largest, n);
    n = recv(sockfd, data, sizeof data, 0);
    if (n == -1)
        die("recv");
    printf("recv: %zd, in one piece\n", n);

    n = sendto(sockfd, data, largest + 1, 0, (struct sockaddr *)&self, len);
    if (n == -1)
        die("sendto of %zu bytes", largest + 1);
    return 0;
}
