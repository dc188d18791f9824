/* select with a time limit, and a look four times a second: late by a
 * quarter, and free of the race. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static volatile sig_atomic_t stops;

static void count(int number)
{
    (void)number;
    stops++;
}

static int ready(int fd)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    struct timeval quarter = {.tv_usec = 250000};
    return select(fd + 1, &set, NULL, NULL, &quarter) == 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("barber PORT");
    struct sigaction action = {.sa_handler = count};
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    int door = listen_on(parse_port(argv[1])), clients = 0;
    printf("open on 127.0.0.1:%s\n", argv[1]);
    while (stops == 0) {
        if (!ready(door))
            continue;
        int fd = accept(door, NULL, NULL), told = 0;
        if (fd == -1)
            continue;
        char byte;
        for (;;) {
            if (stops > 0 && !told++) {
                close(door);
                puts("no more clients");
            }
            if (stops > 1)
                break;
            if (!ready(fd))
                continue;
            ssize_t n = recv(fd, &byte, 1, 0);
            while (n == 1 && (n = send(fd, &byte, 1, MSG_NOSIGNAL)) == -1 &&
                   errno == EINTR)
                n = 1;
            if (n == 0 || (n == -1 && errno != EINTR))
                break;
        }
        close(fd);
        printf("client %d is done\n", ++clients);
        if (told) {
            puts("stopped");
            return 0;
        }
    }
    close(door);
    puts("no more clients\nstopped");
    return 0;
}
