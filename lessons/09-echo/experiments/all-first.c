/*
 * all-first.c - send a long message to an echo server, then read its echo.
 *
 *   build  cc -I../../../common all-first.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o all-first
 *   run    ./all-first [HOST [PORT [KILOBYTES]]]     default 127.0.0.1 5000 100
 *   read   send(2), recv(2), tcp(7) on tcp_wmem and tcp_rmem
 *
 * It is wrong on purpose: see talk() in client.c for the right way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 4)
        usage("all-first [HOST [PORT [KILOBYTES]]]");
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");
    long kilobytes =
        argc > 3 ? parse_number(argv[3], 1, 1000000, "KILOBYTES") : 100;
    int sockfd = connect_to(argc > 1 ? argv[1] : "127.0.0.1", port);

    size_t length = (size_t)kilobytes << 10;
    char *message = calloc(length, 1);
    if (message == NULL) {
        report("calloc %zu bytes", length);
        return 1;
    }
    printf("sending %zu bytes\n", length);
    if (send_all(sockfd, message, length) == -1)
        die("send to the server");
    printf("all sent; reading the echo\n");
    ssize_t n = recv_all(sockfd, message, length);
    if (n == -1)
        die("recv from the server");
    printf("received %zd bytes\n", n);
    free(message);
    close(sockfd);
    return 0;
}
