/*
 * client.c - send each line that you type, and print the line that comes back.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; it ends at
 *                                        the end of its input
 *   read   send(2), recv(2)
 */
#include <stdio.h>
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
    printf("connected from port %u\n", local_port(sockfd));

    /* From a terminal read gives a line, from elsewhere what there is. The echo
     * has as many bytes, and may come in pieces. */
    char sent[512], echo[sizeof sent];
    ssize_t len;
    while ((len = read(STDIN_FILENO, sent, sizeof sent)) > 0) {
        if (send_all(sockfd, sent, (size_t)len) == -1)
            die("send to %s:%u", host, port);
        ssize_t n = recv_all(sockfd, echo, (size_t)len);
        if (n == -1)
            die("recv from %s:%u", host, port);
        fwrite(echo, 1, (size_t)n, stdout);
        if (n < len) {
            fprintf(stderr, "client: the server has hung up\n");
            return 1;
        }
    }
    if (len == -1)
        die("read standard input");

    close(sockfd);
    return 0;
}
