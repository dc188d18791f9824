/*
 * families.c - a datagram over IPv4 and one over IPv6, by the same code.
 *
 *   build  cc -I../../../common families.c ../../../common/error.c -o families
 *   run    ./families
 *   read   ip(7), ipv6(7); getaddrinfo(3), which lesson 13 explains
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static void send_to_self(const char *host)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *own;
    int code = getaddrinfo(host, "0", &hints, &own);
    if (code != 0)
        die_gai(code, "getaddrinfo %s", host);
    const char *family = own->ai_family == AF_INET6 ? "AF_INET6" : "AF_INET";

    struct sockaddr_storage self, from;
    socklen_t len = sizeof self, fromlen = sizeof from;
    int sockfd = socket(own->ai_family, own->ai_socktype, own->ai_protocol);
    int error = errno;
    if (sockfd != -1 && bind(sockfd, own->ai_addr, own->ai_addrlen) == -1) {
        error = errno;
        close(sockfd);
        sockfd = -1;
    }
    freeaddrinfo(own);
    if (sockfd == -1 && (error == EAFNOSUPPORT || error == EADDRNOTAVAIL)) {
        printf("%s: %s, which this machine does not speak (%s)\n", host, family,
               error_symbol(error));
        return;
    }
    errno = error;
    if (sockfd == -1)
        die("socket and bind for %s", host);
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");

    char data[16];
    if (sendto(sockfd, "hello", 5, 0, (struct sockaddr *)&self, len) == -1)
        die("sendto %s", host);
    ssize_t n = recvfrom(sockfd, data, sizeof data, 0, (struct sockaddr *)&from,
                         &fromlen);
    if (n == -1)
        die("recvfrom %s", host);
    printf("%s: %s, %zd bytes came from an address of %u bytes\n", host, family,
           n, fromlen);
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("families");
    send_to_self("127.0.0.1");
    send_to_self("::1");
    return 0;
}
