/*
 * leave.c - ask for a file, and leave when the first byte of it has come, as a
 * browser does when its user goes elsewhere.
 *
 *   build  cc -I../../../common leave.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o leave
 *   run    ./leave [HOST [PORT [NAME]]]           default 127.0.0.1 5000 /big
 *   read   close(2)
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 4)
        usage("leave [HOST [PORT [NAME]]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");
    const char *name = argc > 3 ? argv[3] : "/big";

    int sockfd = connect_to(host, port);
    char text[512];
    snprintf(text, sizeof text, "GET %.400s HTTP/1.0\r\n\r\n", name);
    if (send_all(sockfd, text, strlen(text)) == -1)
        die("send to %s:%u", host, port);
    ssize_t n = recv_all(sockfd, text, 1);
    if (n == -1)
        die("recv from %s:%u", host, port);
    printf("received %zd byte, and left\n", n);
    /* What has come and was not read makes this a reset (lesson 10). */
    close(sockfd);
    return 0;
}
