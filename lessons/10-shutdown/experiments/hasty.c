/*
 * hasty.c - the client, with close in place of shutdown. Broken on purpose.
 *
 *   build  cc -I../../../common hasty.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o hasty
 *   run    ./hasty [PORT]                default 5000
 *   read   close(2), shutdown(2)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("hasty [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    int sockfd = connect_to("127.0.0.1", port);
    if (send_all(sockfd, "one\ntwo\n", 8) == -1)
        die("send to 127.0.0.1:%u", port);
    printf("sent 8 bytes\n");

    /* So the server knows that this is all. But so much the worse: */
    close(sockfd);
    printf("close()\n");

    char buffer[100];
    ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
    if (n == -1)
        die("recv from 127.0.0.1:%u", port);
    printf("recv %zd\n", n);
    return 0;
}
