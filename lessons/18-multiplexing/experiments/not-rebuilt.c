/*
 * not-rebuilt.c - select writes its answer over the question.
 *
 *   build  cc -I../../../common not-rebuilt.c ../../../common/error.c \
 *             -o not-rebuilt
 *   run    ./not-rebuilt
 *   read   select(2), poll(2)
 */
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

#include "error.h"

static int ada[2], bob[2]; /* two pipes, two who may write */

static void writes(const char *name, int fd)
{
    printf("%s writes\n", name);
    if (write(fd, "!", 1) == -1)
        die("write to the pipe");
}

static void reads(int fd)
{
    char c;
    if (read(fd, &c, 1) == -1)
        die("read from the pipe");
}

static void ask(fd_set *set)
{
    int ready =
        select(FD_SETSIZE, set, NULL, NULL, &(struct timeval){.tv_usec = 1000});
    if (ready == -1)
        die("select");
    printf("  select: %d ready; the set now has%s%s%s\n", ready,
           FD_ISSET(ada[0], set) ? " Ada" : "",
           FD_ISSET(bob[0], set) ? " Bob" : "", ready == 0 ? " nobody" : "");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("not-rebuilt");
    if (pipe(ada) == -1 || pipe(bob) == -1)
        die("pipe");

    fd_set set;
    FD_ZERO(&set);
    FD_SET(ada[0], &set);
    FD_SET(bob[0], &set);
    printf("the set has Ada Bob\n");
    writes("Ada", ada[1]);
    ask(&set);
    reads(ada[0]);
    writes("Bob", bob[1]);
    ask(&set);
    ask(&set);

    printf("the set is made anew\n");
    FD_SET(ada[0], &set);
    FD_SET(bob[0], &set);
    ask(&set);
    reads(bob[0]);

    /* poll has a place for the question and one for the answer. */
    struct pollfd both[] = {{.fd = ada[0], .events = POLLIN},
                            {.fd = bob[0], .events = POLLIN}};
    printf("poll is asked about both\n");
    for (int turn = 0; turn < 2; turn++) {
        int *who = turn == 0 ? ada : bob;
        writes(turn == 0 ? "Ada" : "Bob", who[1]);
        int ready = poll(both, 2, 1);
        if (ready == -1)
            die("poll");
        printf("  poll: %d ready:%s%s\n", ready,
               both[0].revents != 0 ? " Ada" : "",
               both[1].revents != 0 ? " Bob" : "");
        reads(who[0]);
    }
    return 0;
}
