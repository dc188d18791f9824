/*
 * spin.c - wait for a byte, by asking again and again, or by poll.
 *
 *   build  cc -I../../../common spin.c ../../../common/error.c -o spin
 *   run    ./spin
 *   read   recv(2) on EAGAIN, poll(2), clock(3)
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

enum { DELAY_MS = 100 };

/* A socket that has nothing for us, and will have a byte in a while: a child
 * sends it. */
static int late_byte(pid_t *child)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
        die("socketpair");
    int flags = fcntl(ends[0], F_GETFL);
    if (flags == -1 || fcntl(ends[0], F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl");
    char byte;
    if (recv(ends[0], &byte, 1, 0) != -1 || errno != EAGAIN)
        die("recv 1 byte");
    *child = fork();
    if (*child == -1)
        die("fork");
    if (*child == 0) {
        poll(NULL, 0, DELAY_MS);
        _exit(send(ends[1], "x", 1, MSG_NOSIGNAL) == 1 ? 0 : 1);
    }
    close(ends[1]);
    return ends[0];
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("spin");
    char byte;
    for (int patient = 0; patient <= 1; patient++) {
        pid_t child;
        int sockfd = late_byte(&child);
        long calls = 1; /* late_byte has made it */
        ssize_t n;
        clock_t begin = clock();
        do {
            struct pollfd wanted = {.fd = sockfd, .events = POLLIN};
            if (patient && poll(&wanted, 1, -1) == -1 && errno != EINTR)
                die("poll");
            n = recv(sockfd, &byte, 1, 0);
            calls++;
        } while (n == -1 && (errno == EAGAIN || errno == EINTR));
        if (n == -1)
            die("recv 1 byte");
        printf("%s recv was called %ld times, processor time %ld ms\n",
               patient ? "with poll:" : "without:", calls,
               (long)((clock() - begin) * 1000 / CLOCKS_PER_SEC));
        close(sockfd);
        waitpid(child, NULL, 0);
    }
    return 0;
}
