/*
 * talk.c - send a server the lines that a person types, and print its answers.
 *
 *   build  cc -I../../../../common talk.c ../../../../common/error.c \
 *             ../../../../common/io.c ../../../../common/net.c -o talk
 *   run    ./talk HOST PORT
 *   read   getline(3), memchr(3), send(2), recv(2)
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { LONGEST = 65536 }; /* bytes of a line, its newline among them */

/* What the server has sent, and nobody has printed yet. */
static char pending[LONGEST];
static size_t have; /* so many bytes of it */

/* One recv more. Neither a letter nor a line need end where it ends. */
static void receive_more(int sockfd)
{
    if (have == sizeof pending) {
        fprintf(stderr, "talk: the server's line does not end\n");
        exit(1);
    }
    ssize_t n;
    do
        n = recv(sockfd, pending + have, sizeof pending - have, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("recv from the server");
    if (n == 0) {
        fprintf(stderr, "talk: the server has gone\n");
        exit(1);
    }
    have += (size_t)n;
}

/* Print the server's next line when all of it is there. */
static void print_answer(int sockfd)
{
    const char *newline;
    while ((newline = memchr(pending, '\n', have)) == NULL)
        receive_more(sockfd);
    size_t length = (size_t)(newline + 1 - pending);
    fwrite(pending, 1, length, stdout);

    /* What has come behind it is the beginning of the next one. */
    have -= length;
    memmove(pending, pending + length, have);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("talk HOST PORT");
    const char *host = argv[1];
    in_port_t port = parse_port(argv[2]);

    int sockfd = connect_to(host, port);

    /* getline knows the length, so there may be any byte in the line. */
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while (!ferror(stdout) && (length = getline(&line, &room, stdin)) != -1) {
        /* The server waits for a newline. Only a last line can be without
         * one, and then it can have the place of getline's '\0'. */
        if (line[length - 1] != '\n')
            line[length++] = '\n';
        if (send_all(sockfd, line, (size_t)length) == -1)
            die("send to the server");
        print_answer(sockfd);
    }
    bool broken = ferror(stdin) != 0;
    if (broken)
        report("read standard input");
    free(line);
    close(sockfd);
    return broken ? 1 : 0;
}
