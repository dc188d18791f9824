/*
 * nfds.c - what select looks at, and what it does not.
 *
 *   build  cc -I../../../common nfds.c ../../../common/error.c -o nfds
 *   run    ./nfds
 *   read   select(2)
 */
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

#include "error.h"

/* Ask about reading fd, with this nfds, and wait for nothing. */
static void ask(int fd, int nfds, const char *name)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(fd, &readable);
    int ready = select(nfds, &readable, NULL, NULL, &(struct timeval){0});
    if (ready == -1)
        die("select");
    printf("%s: %d ready\n", name, ready);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    (void)argv;
    if (argc > 1)
        usage("nfds");
    int fds[2];
    if (pipe(fds) == -1)
        die("pipe");
    if (write(fds[1], "!", 1) == -1)
        die("write to the pipe");
    int fd = fds[0];
    printf("a byte waits at descriptor %d\n", fd);

    ask(fd, 1, "nfds 1, the number of descriptors in the set");
    ask(fd, fd, "nfds 3, the highest descriptor");
    ask(fd, fd + 1, "nfds 4, the highest descriptor plus one");
    ask(fd, FD_SETSIZE, "nfds 1024, all that a set can have");

    /* The same mistake in a program that waits for as long as it takes. */
    printf("and now nfds 3, and no time limit\n");
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(fd, &readable);
    select(fd, &readable, NULL, NULL, NULL);
    return 0;
}
