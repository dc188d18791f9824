/*
 * client.c - send what the user types, line by line, and print what comes
 * back. The client of all four servers: it cannot tell which one it has.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; it ends at
 *                                        the end of its input
 *   read   getline(3); lesson 09
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

/* Send a line, and print its echo: a part of it at a time that surely fits
 * into the buffers, so that we never wait for each other. */
static void talk(int sockfd, const char *line, size_t length)
{
    char reply[4096];
    while (length > 0) {
        size_t part = length < sizeof reply ? length : sizeof reply;
        if (send_all(sockfd, line, part) == -1)
            die("send to the server");
        ssize_t n = recv_all(sockfd, reply, part);
        if (n == -1)
            die("recv from the server");
        fwrite(reply, 1, (size_t)n, stdout);
        if ((size_t)n < part) {
            fprintf(stderr, "client: the server closed the connection\n");
            exit(1);
        }
        line += part;
        length -= part;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    int sockfd = connect_to(argc > 1 ? argv[1] : "127.0.0.1",
                            parse_port(argc > 2 ? argv[2] : "5000"));
    struct sockaddr_in self;
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    char text[ENDPOINT_SIZE];
    printf("connected from %s\n", endpoint(&self, text));

    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while (!ferror(stdout) && (length = getline(&line, &size, stdin)) != -1)
        talk(sockfd, line, (size_t)length);
    if (ferror(stdin))
        die("read standard input");
    free(line);
    close(sockfd);
    return 0;
}
