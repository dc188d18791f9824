/*
 * hang-up.c - poll tells of a hang-up unasked, and until somebody notes it.
 *
 *   build  cc -I../../../common hang-up.c ../../../common/error.c -o hang-up
 *   run    ./hang-up
 *   read   poll(2) on POLLHUP, POLLERR and POLLNVAL
 */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

enum { TURNS = 100000 };

static void ask(struct pollfd *watched, const char *question)
{
    int ready = poll(watched, 1, 0);
    if (ready == -1)
        die("poll");
    printf("%s: %d ready%s%s%s%s\n", question, ready,
           watched->revents & POLLIN ? " POLLIN" : "",
           watched->revents & POLLHUP ? " POLLHUP" : "",
           watched->revents & POLLERR ? " POLLERR" : "",
           watched->revents & POLLNVAL ? " POLLNVAL" : "");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("hang-up");
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        die("socketpair");
    struct pollfd watched = {.fd = pair[0], .events = POLLIN};
    ask(&watched, "the peer is silent");
    close(pair[1]);
    ask(&watched, "the peer has gone ");
    watched.events = 0;
    ask(&watched, "we ask for nothing");

    /* A server that looks at POLLIN only, or has stopped asking for it. */
    watched.events = POLLOUT;
    int turns = 0;
    while (turns < TURNS && poll(&watched, 1, -1) == 1) {
        if (watched.revents & POLLIN)
            break; /* "there is nothing to read" */
        turns++;
    }
    printf("a loop that only looks at POLLIN: %d turns, and it would go on\n",
           turns);

    close(pair[0]);
    watched.events = POLLIN;
    ask(&watched, "we have closed it ");
    watched.fd = -1;
    ask(&watched, "it is -1 now      ");
    return 0;
}
