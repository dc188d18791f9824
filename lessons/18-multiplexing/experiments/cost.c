/*
 * cost.c - what one call of select, poll and epoll_wait costs while nearly all
 * descriptors are idle.
 *
 *   build  cc -I../../../common cost.c ../../../common/error.c -o cost
 *   run    ./cost
 *   read   select(2), poll(2), epoll(7)
 */
#define _DEFAULT_SOURCE /* eventfd is Linux's own, and so is epoll */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

enum { MOST = 10000, SAMPLES = 9, SAMPLE_US = 4000 };

static int busy;                       /* always readable */
static struct pollfd polled[1 + MOST]; /* it, and the idle ones */
static fd_set set;
static int epollfd, highest;

static int call_select(int idle)
{
    (void)idle;
    fd_set readable = set;
    return select(highest + 1, &readable, NULL, NULL, NULL);
}

static int call_poll(int idle)
{
    return poll(polled, 1 + (nfds_t)idle, -1);
}

static int call_epoll(int idle)
{
    (void)idle;
    struct epoll_event news[64];
    return epoll_wait(epollfd, news, 64, -1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of some samples: microseconds for each call. */
static double cost(int (*call)(int idle), int idle, const char *name)
{
    double samples[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
        double start = now(), end = start;
        int calls = 0;
        for (; end - start < SAMPLE_US; end = now(), calls++)
            if (call(idle) != 1)
                die("%s with %d idle", name, idle);
        samples[i] = (end - start) / calls;
    }
    qsort(samples, SAMPLES, sizeof samples[0], compare);
    return samples[SAMPLES / 2];
}

static int new_descriptor(unsigned value)
{
    int fd = eventfd(value, EFD_CLOEXEC);
    if (fd == -1)
        die("eventfd");
    struct epoll_event wanted = {.events = EPOLLIN};
    if (epoll_ctl(epollfd, EPOLL_CTL_ADD, fd, &wanted) == -1)
        die("epoll_ctl EPOLL_CTL_ADD");
    if (fd < FD_SETSIZE) {
        FD_SET(fd, &set);
        highest = fd;
    }
    return fd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("cost");
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE");
    epollfd = epoll_create1(EPOLL_CLOEXEC);
    if (epollfd == -1)
        die("epoll_create1");
    busy = new_descriptor(1);
    polled[0] = (struct pollfd){.fd = busy, .events = POLLIN};

    printf("one descriptor is ready; a call costs, in microseconds\n");
    printf("  idle   select     poll    epoll\n");
    double epoll_few = 0, poll_few = 0, epoll_many = 0, poll_many = 0;
    for (int idle = 0, next = 10; next <= MOST; next *= 10) {
        if (limit.rlim_max < (rlim_t)next + 10) {
            printf("%6d   left out: at most %lu descriptors\n", next,
                   (unsigned long)limit.rlim_max);
            continue;
        }
        for (; idle < next; idle++)
            polled[1 + idle] =
                (struct pollfd){.fd = new_descriptor(0), .events = POLLIN};
        poll_many = cost(call_poll, idle, "poll");
        epoll_many = cost(call_epoll, idle, "epoll_wait");
        if (polled[idle].fd < FD_SETSIZE)
            printf("%6d %8.2f %8.2f %8.2f\n", idle,
                   cost(call_select, idle, "select"), poll_many, epoll_many);
        else
            printf("%6d        - %8.2f %8.2f\n", idle, poll_many, epoll_many);
        if (next == 10) {
            poll_few = poll_many;
            epoll_few = epoll_many;
        }
    }
    printf("poll's cost has grown more than tenfold: %s\n",
           poll_many > 10 * poll_few ? "yes" : "no");
    printf("epoll's cost has grown more than tenfold: %s\n",
           epoll_many > 10 * epoll_few ? "yes" : "no");
    return 0;
}
