/*
 * client.c - send what you type; say that it is all; print the answer.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; the answer
 *                                        comes after the end of your input
 *   read   shutdown(2)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
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
    for (ssize_t len; (len = getline(&line, &room, stdin)) > 0;) {
        if (send_all(sockfd, line, (size_t)len) == -1)
            die("send to %s:%u", host, port);
        printf("sent %zd bytes\n", len);
    }
    free(line);

    /* The end of our input becomes the end of our side of the connection: the
     * server's recv returns 0. The other direction stays open. */
    if (shutdown(sockfd, SHUT_WR) == -1)
        die("shutdown SHUT_WR");
    printf("shutdown(SHUT_WR)\n");

    for (;;) {
        char buffer[4096];
        ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv from %s:%u", host, port);
        if (n == 0)
            break;
        if (fwrite(buffer, 1, (size_t)n, stdout) < (size_t)n)
            return 1; /* start_program's check at exit says why */
    }
    printf("the server has ended its side, too\n");

    close(sockfd);
    return 0;
}
