/*
 * client.c - send each line that you type, without its newline.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; end of input
 *                                        ends it
 *   read   send(2)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");

    int sockfd = connect_to(host, port);
    printf("connected to %s:%u\n", host, port);

    char *line = NULL;
    size_t room = 0;
    for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
        /* How much there is to send is what getline has counted: not the
         * room at line, and not strlen, which stops at a NUL byte. */
        size_t len = (size_t)n;
        if (line[len - 1] == '\n')
            len--;

        /* send may take fewer bytes than it is given. Then go on behind
         * those. A peer that has gone is an error, not a signal. */
        for (size_t sent = 0; sent < len; sent += (size_t)n) {
            do
                n = send(sockfd, line + sent, len - sent, MSG_NOSIGNAL);
            while (n == -1 && errno == EINTR);
            if (n == -1)
                die("send to %s:%u", host, port);
            printf("send %zu: the kernel took %zd\n", len - sent, n);
        }
    }
    free(line);

    close(sockfd);
    return 0;
}
