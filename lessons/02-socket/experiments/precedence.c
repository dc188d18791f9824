/*
 * precedence.c - `if (s = socket(...) == -1)` compares first, then assigns.
 *
 *   build  cc -I../../../common precedence.c ../../../common/error.c \
 *             -o precedence
 *   run    ./precedence
 *   read   socket(2), operator(7), getsockname(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("precedence");

    /* The mistake. -Wall warns of `if (s = socket(...) == -1)`, and so we
     * must write an outer pair of parentheses to get it compiled: they change
     * nothing else. What s gets is the answer to "is it -1?". */
    int s;
    if ((s = socket(AF_INET, SOCK_STREAM, 0) == -1))
        die("socket AF_INET SOCK_STREAM");
    printf("wrong parentheses: the socket opened, and s is %d\n", s);

    /* Every later call speaks to standard input. */
    struct sockaddr_in self;
    socklen_t len = sizeof self;
    if (getsockname(s, (struct sockaddr *)&self, &len) == -1) {
        int reason = errno;
        printf("getsockname of %d: %s [%s]\n", s, strerror(reason),
               error_symbol(reason));
    }

    /* The socket is open all the same, and holds the number before this
     * one; but nobody has kept it. */
    int fd = open("/dev/null", O_RDONLY);
    if (fd == -1)
        die("open /dev/null");
    printf("the next open: descriptor %d\n", fd);
    close(fd);

    /* When socket fails, s is 1: standard output. */
    if ((s = socket(AF_INET, SOCK_STREAM, 999) == -1))
        printf("wrong parentheses: no socket opened, and s is %d\n", s);

    /* Right: the inner pair closes after the assignment. */
    if ((s = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        die("socket AF_INET SOCK_STREAM");
    printf("right parentheses: the socket opened, and s is %d\n", s);
    close(s);
    return 0;
}
