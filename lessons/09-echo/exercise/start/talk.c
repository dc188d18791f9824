/*
 * talk.c - send a server the lines that a person types, and print its answers.
 *
 *   build  cc -I../../../common talk.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o talk
 *   run    ./talk HOST PORT
 *   check  make check-09
 *   read   getline(3), memchr(3), send(2), recv(2)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("talk HOST PORT");
    int sockfd = connect_to(argv[1], parse_port(argv[2]));

    /* ---- edit below; functions of your own can stand above main ------- */

    /* 1. For each line of standard input: send it, all of it. Is there a
     *    newline at its end? */

    /* 2. Receive until there is a newline in what has come. Print up to
     *    there; keep what stands behind it for the next time. */

    /* 3. Or the server has gone: say so on stderr, end with status 1. */

    /* ---- edit above ---------------------------------------------------- */
    close(sockfd);
    return 0;
}
