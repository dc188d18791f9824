/*
 * count.c - count lines, words and bytes, as wc does, over a connection.
 *
 *   build  cc -I../../../common count.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o count
 *   run    ./count PORT                  the server: one client, then the end
 *          ./count HOST PORT             the client: counts its input
 *   check  make check-10
 *   read   shutdown(2), recv(2), isspace(3)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

/* ---- edit below ---------------------------------------------------------- */

static int serve(int listenfd)
{
    /* 1. Take a client. */

    /* 2. Receive, and count, until it has said all. A word may begin in one
     *    piece and end in the next. */

    /* 3. Answer: lines, words, bytes. */

    close(listenfd);
    return 0;
}

static int ask(int sockfd)
{
    /* 4. Send all of standard input. */

    /* 5. Say that it was all, and keep an ear open. */

    /* 6. Print the answer, up to its end. Was there one? */

    close(sockfd);
    return 0;
}

/* ---- edit above ---------------------------------------------------------- */

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc == 3)
        return ask(connect_to(argv[1], parse_port(argv[2])));
    if (argc != 2)
        usage("count PORT, or count HOST PORT");
    int listenfd = listen_on(parse_port(argv[1]));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    return serve(listenfd);
}
