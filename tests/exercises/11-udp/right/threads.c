/* The asking side: one thread reads all that comes, another one waits for it on
 * a condition variable. The other side: a socket of its own for the answers?
 * No: the same one, and epoll. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static long wanted, got;
static char text[5000];
static struct sockaddr_in server = {.sin_family = AF_INET};

static void *listener(void *arg)
{
    for (;;) {
        char data[5000];
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        struct pollfd p = {*(int *)arg, POLLIN, 0};
        poll(&p, 1, -1);
        ssize_t n = recvfrom(p.fd, data, sizeof data - 1, MSG_DONTWAIT,
                             (void *)&from, &len);
        if (n < 0 || from.sin_port != server.sin_port ||
            from.sin_addr.s_addr != server.sin_addr.s_addr)
            continue;
        data[n] = 0;
        char *end;
        long number = strtol(data, &end, 10);
        pthread_mutex_lock(&lock);
        if (number == wanted && got != wanted && *end == ' ') {
            got = number;
            snprintf(text, sizeof text, "%s", end + 1);
            pthread_cond_signal(&news);
        }
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static int ask_all(int fd, long ms, long tries)
{
    pthread_t thread;
    char line[2000], question[2100];
    int status = 0;
    pthread_create(&thread, NULL, listener, &fd);
    while (fgets(line, sizeof line, stdin)) {
        strtok(line, "\n");
        pthread_mutex_lock(&lock);
        sprintf(question, "%ld %s", ++wanted, line);
        for (long i = 0; i < tries && got != wanted; i++) {
            sendto(fd, question, strlen(question), 0, (void *)&server,
                   sizeof server);
            struct timespec t;
            clock_gettime(CLOCK_REALTIME, &t);
            t.tv_nsec += ms % 1000 * 1000000;
            t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
            t.tv_nsec %= 1000000000;
            while (got != wanted &&
                   pthread_cond_timedwait(&news, &lock, &t) != ETIMEDOUT)
                ;
        }
        if (got == wanted)
            puts(text);
        else
            status = 1, fputs("silence\n", stderr);
        pthread_mutex_unlock(&lock);
    }
    fflush(stdout);
    _exit(status);
}

static void take_orders(int fd)
{
    static struct {
        long port, number;
        char answer[1500];
    } seen[65536];
    int epoll = epoll_create1(0), orders = 0;
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    struct sockaddr_in from;
    socklen_t len = sizeof from; /* an IPv4 socket leaves it as it is */
    for (;;) {
        char data[1100];
        if (epoll_wait(epoll, &event, 1, -1) != 1)
            continue;
        ssize_t n = recvfrom(fd, data, sizeof data - 1, MSG_DONTWAIT,
                             (void *)&from, &len);
        if (n < 1 || data[0] < '1' || data[0] > '9')
            continue;
        data[n] = 0;
        char *end;
        long number = strtol(data, &end, 10);
        int i = ntohs(from.sin_port);
        if (*end != ' ' || number < seen[i].number)
            continue;
        if (number > seen[i].number) {
            seen[i].number = number;
            printf("order %d: %.1000s\n", ++orders, end + 1);
            snprintf(seen[i].answer, sizeof seen[i].answer,
                     "%ld order %d: %.1000s", number, orders, end + 1);
        }
        while (sendto(fd, seen[i].answer, strlen(seen[i].answer), 0,
                      (void *)&from, len) < 0 &&
               errno == EINTR)
            ;
    }
}

int main(int argc, char *argv[])
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    inet_pton(AF_INET, argc == 2 ? "127.0.0.1" : argv[1], &server.sin_addr);
    server.sin_port = htons((in_port_t)atoi(argv[argc == 2 ? 1 : 2]));
    if (argc == 5)
        return ask_all(fd, atol(argv[3]), atol(argv[4]));
    if (bind(fd, (void *)&server, sizeof server) < 0) {
        perror("bind");
        return 1;
    }
    printf("listening on 127.0.0.1:%s\n", argv[1]);
    take_orders(fd);
    return 0;
}
