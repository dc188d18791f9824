/*
 * client.c - read some lines from a server, then leave without a word.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/net.c -o client
 *   run    ./client [HOST [PORT [LINES]]]    default 127.0.0.1 5000 1
 *   read   recv(2), close(2)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 4)
        usage("client [HOST [PORT [LINES]]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");
    long wanted = argc > 3 ? parse_number(argv[3], 1, 1000000, "LINES") : 1;
    int sockfd = connect_to(host, port);
    printf("connected\n");

    /* One recv may bring a part of a line or several (lesson 07): print what
     * came, up to the end of the last line that we want. */
    long lines = 0;
    while (lines < wanted) {
        char buffer[512];
        ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv from %s:%u", host, port);
        if (n == 0)
            break;
        for (ssize_t i = 0; i < n && lines < wanted; i++) {
            if (putchar(buffer[i]) == EOF)
                return 1; /* start_program's check at exit says why */
            lines += buffer[i] == '\n';
        }
    }
    if (lines < wanted)
        printf("the server hung up after %ld lines\n", lines);

    /* The server is not asked, and it may be about to send the next line. */
    close(sockfd);
    return 0;
}
