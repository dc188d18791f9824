/*
 * edge.c - epoll can tell of what is there, or of what has changed.
 *
 *   build  cc -I../../../common edge.c ../../../common/error.c -o edge
 *   run    ./edge
 *   read   epoll(7), on level-triggered and edge-triggered
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "error.h"

static int epollfd, fds[2];

static void ask(const char *when)
{
    struct epoll_event news;
    int ready = epoll_wait(epollfd, &news, 1, 0);
    if (ready == -1)
        die("epoll_wait");
    printf("  %s: %d ready\n", when, ready);
}

static void show(const char *name, uint32_t events)
{
    epollfd = epoll_create1(EPOLL_CLOEXEC);
    if (epollfd == -1)
        die("epoll_create1");
    struct epoll_event wanted = {.events = events};
    if (pipe(fds) == -1)
        die("pipe");
    if (epoll_ctl(epollfd, EPOLL_CTL_ADD, fds[0], &wanted) == -1)
        die("epoll_ctl EPOLL_CTL_ADD");

    printf("%s\n", name);
    char c;
    if (write(fds[1], "123", 3) == -1)
        die("write 3 bytes to the pipe");
    ask("3 bytes have come");
    if (read(fds[0], &c, 1) == -1)
        die("read 1 byte from the pipe");
    ask("1 of them is read, 2 are left");
    if (write(fds[1], "4", 1) == -1)
        die("write 1 byte to the pipe");
    ask("1 more has come");
    close(epollfd);
    close(fds[0]);
    close(fds[1]);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("edge");
    show("EPOLLIN", EPOLLIN);
    show("EPOLLIN with EPOLLET", EPOLLIN | EPOLLET);
    return 0;
}
