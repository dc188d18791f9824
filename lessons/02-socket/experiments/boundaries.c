/*
 * boundaries.c - what a stream forgets and a datagram keeps: where one
 * message ended and the next began.
 *
 *   build  cc -I../../../common boundaries.c ../../../common/error.c \
 *             -o boundaries
 *   run    ./boundaries
 *   read   socketpair(2), socket(2) SOCK_STREAM and SOCK_DGRAM, unix(7)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* Write two messages at one end, and read at the other until they are over. */
static void two_messages(const char *name, int type)
{
    /* Two sockets, connected to each other, in one call; no network is in
     * it. Lesson 19 comes back to it. */
    int ends[2];
    if (socketpair(AF_UNIX, type, 0, ends) == -1)
        die("socketpair AF_UNIX %s", name);

    /* read and write work on a socket as they do on a file. */
    if (write(ends[0], "hello", 5) == -1 || write(ends[0], "world!", 6) == -1)
        die("write to a %s socket", name);
    printf("%s: wrote 5 bytes, then 6\n", name);

    char text[64];
    for (ssize_t total = 0, n; total < 11; total += n) {
        n = read(ends[1], text, sizeof text);
        if (n == -1)
            die("read from a %s socket", name);
        printf("%s: read at most 64 bytes: %zd, \"%.*s\"\n", name, n, (int)n,
               text);
    }
    close(ends[0]);
    close(ends[1]);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("boundaries");

    two_messages("SOCK_STREAM", SOCK_STREAM);
    two_messages("SOCK_DGRAM", SOCK_DGRAM);
    return 0;
}
