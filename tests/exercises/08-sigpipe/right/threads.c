/* Another structure: a thread for the client, SIGPIPE blocked in all; send that
 * does not wait, with poll where there is no room; byte by byte at first. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"

static char **args;

struct client {
    int fd;
    char who[ENDPOINT_SIZE];
    unsigned long taken;
};

/* 0, or -1 when the client is gone. */
static int all_of(struct client *c, const char *at, size_t left)
{
    while (left > 0) {
        ssize_t n = send(c->fd, at, c->taken < 3 ? 1 : left, MSG_DONTWAIT);
        if (n > 0) {
            c->taken += (size_t)n;
            at += n;
            left -= (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd room = {c->fd, POLLOUT, 0};
            poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

static void *feed(void *arg)
{
    struct client *c = arg;
    char number[20];
    int i = 1;
    do {
        sprintf(number, "%d ", i++);
        if (i > 2)
            poll(NULL, 0, atoi(args[2]));
    } while (all_of(c, number, strlen(number)) == 0 &&
             all_of(c, args[3], strlen(args[3])) == 0 &&
             all_of(c, "\n", 1) == 0);
    return NULL;
}

int main(int argc, char *argv[])
{
    if (argc != 4)
        return 2;
    args = argv;
    sigset_t pipes;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, NULL);
    int fd = listen_on((in_port_t)atoi(argv[1]));
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("feeding on 127.0.0.1:%d\n", local_port(fd));
    for (;;) {
        struct sockaddr_in peer;
        struct client c = {.fd = accept_client(fd, &peer)};
        if (c.fd == -1)
            continue;
        printf("%s came\n", endpoint(&peer, c.who));
        pthread_t thread;
        pthread_create(&thread, NULL, feed, &c);
        pthread_join(thread, NULL);
        close(c.fd);
        printf("%s left after %lu bytes\n", c.who, c.taken);
    }
}
