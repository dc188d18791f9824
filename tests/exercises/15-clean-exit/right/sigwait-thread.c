/* A thread waits for the signals, and wakes main by shutting its sockets down:
 * main sleeps in accept and recv, as a beginner's server does. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int door, chair = -1, stops;
static sigset_t two;

static void *porter(void *none)
{
    int number;
    while (sigwait(&two, &number) == 0) {
        pthread_mutex_lock(&lock);
        if (++stops == 1) {
            shutdown(door, SHUT_RDWR);
            puts("no more clients");
        } else if (chair != -1) {
            shutdown(chair, SHUT_RDWR);
        }
        pthread_mutex_unlock(&lock);
    }
    return none;
}

static int take(int fd)
{
    pthread_mutex_lock(&lock);
    chair = fd;
    int n = stops;
    pthread_mutex_unlock(&lock);
    return n;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("barber PORT");
    sigemptyset(&two);
    sigaddset(&two, SIGINT);
    sigaddset(&two, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &two, NULL);
    door = listen_on(parse_port(argv[1]));
    pthread_t thread;
    pthread_create(&thread, NULL, porter, NULL);
    printf("open on 127.0.0.1:%s\n", argv[1]);

    for (int clients = 0, done = 0; !done;) {
        int fd = accept(door, NULL, NULL);
        if (fd == -1 && errno == EINVAL) { /* shut down */
            take(-1);                      /* when the porter has said so */
            break;
        }
        if (fd == -1)
            continue;
        if (take(fd) < 2) {
            char buffer[2000];
            ssize_t n;
            while ((n = recv(fd, buffer, sizeof buffer, 0)) != 0) {
                if (n == -1 && errno == EINTR)
                    continue;
                if (n == -1 || send_all(fd, buffer, (size_t)n) == -1)
                    break;
            }
        }
        done = take(-1) > 0;
        close(fd);
        printf("client %d is done\n", ++clients);
    }
    puts("stopped");
    return 0;
}
