/*
 * until-zero.c - receive datagrams, wrongly: until recvfrom returns 0.
 *
 *   build  cc -I../../../common until-zero.c ../../../common/error.c \
 *             ../../../common/net.c -o until-zero
 *   run    ./until-zero [PORT]           default 5000
 *   read   recv(2) "RETURN VALUE"; mailbox.c does it right
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("until-zero [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    printf("listening on 127.0.0.1:%u\n", local_port(sockfd));

    /* Right for a stream, and wrong here. */
    char data[100];
    ssize_t n;
    while ((n = recv(sockfd, data, sizeof data, 0)) > 0)
        printf("%zd bytes: \"%.*s\"\n", n, (int)n, data);
    if (n == -1)
        die("recv");
    printf("0: nobody will send any more\n");
    close(sockfd);
    return 0;
}
