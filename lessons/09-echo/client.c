/*
 * client.c - send what the user types, line by line, and print what comes
 * back.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; it ends at
 *                                        the end of its input
 *   read   getline(3), send(2), recv(2)
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

/* Send a message, and print its echo. The whole of a long one first and then
 * the echo? Server and client would wait for each other, with all buffers
 * full. So never more is on its way than a buffer surely holds. */
static void talk(int sockfd, const char *message, size_t length)
{
    char reply[4096];
    while (length > 0) {
        size_t part = length < sizeof reply ? length : sizeof reply;
        if (send_all(sockfd, message, part) == -1)
            die("send to the server");

        /* An echo has as many bytes, and may come in pieces. */
        ssize_t n = recv_all(sockfd, reply, part);
        if (n == -1)
            die("recv from the server");
        fwrite(reply, 1, (size_t)n, stdout);
        if ((size_t)n < part) {
            fprintf(stderr, "client: the server closed the connection\n");
            exit(1);
        }
        message += part;
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

    /* getline gives a whole line, however long it is, and its length: there
     * may be a NUL in it. Only a last line can be without a newline. */
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while (!feof(stdin) && !ferror(stdout)) {
        printf("Input a message\n");
        length = getline(&line, &size, stdin);
        if (length == -1)
            break;
        talk(sockfd, line, (size_t)length);
    }
    if (ferror(stdin))
        die("read standard input");
    free(line);
    close(sockfd);
    return 0;
}
