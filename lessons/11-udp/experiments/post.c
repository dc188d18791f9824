/*
 * post.c - send each TEXT as a datagram, and wait for nothing.
 *
 *   build  cc -I../../../common post.c ../../../common/error.c -o post
 *   run    ./post PORT TEXT...           to 127.0.0.1; "" is a datagram too
 *   read   sendto(2), udp(7)
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 3)
        usage("post PORT TEXT...");
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(parse_port(argv[1])),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    for (int i = 2; i < argc; i++) {
        ssize_t n;
        do
            n = sendto(sockfd, argv[i], strlen(argv[i]), 0,
                       (struct sockaddr *)&to, sizeof to);
        while (n == -1 && errno == EINTR);
        if (n == -1)
            die("sendto 127.0.0.1:%s", argv[1]);
    }
    printf("sent %d, all without an error\n", argc - 2);
    close(sockfd);
    return 0;
}
