/* Signals as a descriptor, and epoll. No handler at all. */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { DOOR, CHAIR, BELL };
static int ep;

static void watch(int fd, unsigned what)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = what};
    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event) != 0)
        die("epoll_ctl");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("barber PORT");
    sigset_t two;
    sigemptyset(&two);
    sigaddset(&two, SIGINT);
    sigaddset(&two, SIGTERM);
    sigprocmask(SIG_BLOCK, &two, NULL);
    ep = epoll_create1(0);
    int bell = signalfd(-1, &two, SFD_NONBLOCK);
    int door = listen_on(parse_port(argv[1])), chair = -1, stops = 0,
        clients = 0;
    printf("open on 127.0.0.1:%s\n", argv[1]);
    watch(bell, BELL);
    watch(door, DOOR);
    while (stops == 0 || chair != -1) {
        struct epoll_event event;
        if (epoll_wait(ep, &event, 1, -1) != 1)
            continue;
        int leave = 0;
        if (event.data.u32 == BELL) {
            struct signalfd_siginfo info;
            if (read(bell, &info, sizeof info) != sizeof info)
                continue;
            if (++stops == 1) {
                if (chair == -1)
                    epoll_ctl(ep, EPOLL_CTL_DEL, door, NULL);
                close(door);
                puts("no more clients");
            }
            leave = stops > 1 && chair != -1;
        } else if (event.data.u32 == DOOR) {
            chair = accept(door, NULL, NULL);
            if (chair == -1)
                continue;
            epoll_ctl(ep, EPOLL_CTL_DEL, door, NULL);
            watch(chair, CHAIR);
        } else {
            char buffer[300];
            ssize_t n = recv(chair, buffer, sizeof buffer, 0);
            if (n == -1 && errno == EINTR)
                continue;
            leave = n <= 0 || send_all(chair, buffer, (size_t)n) == -1;
        }
        if (leave) {
            close(chair);
            chair = -1;
            printf("client %d is done\n", ++clients);
            if (stops == 0)
                watch(door, DOOR);
        }
    }
    puts("stopped");
    return 0;
}
