/* timers KIND - sleep for 0.6 s in a way that ends by itself, then say so;
 * or, with KIND for-ever..., in one that never does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const struct itimerval once = {.it_value = {0, 600000}};

static void handle(int number)
{
    (void)number;
}

static void *doze(void *unused)
{
    usleep(600000);
    return unused;
}

static struct sockaddr_in loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* A socket that listens, and its address. */
static int listener(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *address = loopback();
    (void)bind(fd, (struct sockaddr *)address, len);
    listen(fd, 1);
    getsockname(fd, (struct sockaddr *)address, &len);
    return fd;
}

static int connected(void)
{
    struct sockaddr_in address;
    int on = 1;
    listener(&address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &on, sizeof on);
    return fd;
}

static void wait_as(const char *kind)
{
    char c;
    int fd;
    struct timeval tv = {0, 600000};
    struct timespec ts = {0, 600000000};
    struct itimerspec it = {.it_value = {0, 600000000}};
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    if (strcmp(kind, "nanosleep") == 0) {
        nanosleep(&ts, NULL);
    } else if (strcmp(kind, "poll") == 0) {
        poll(&input, 1, 600);
    } else if (strcmp(kind, "select") == 0) {
        select(0, NULL, NULL, NULL, &tv);
    } else if (strcmp(kind, "epoll") == 0) {
        struct epoll_event event;
        epoll_wait(epoll_create1(0), &event, 1, 600);
    } else if (strcmp(kind, "alarm") == 0) {
        struct sigaction action = {.sa_handler = handle};
        sigaction(SIGALRM, &action, NULL);
        setitimer(ITIMER_REAL, &once, NULL);
        pause();
    } else if (strcmp(kind, "sigwait") == 0) {
        int number;
        sigprocmask(SIG_BLOCK, &alarm_only, NULL);
        setitimer(ITIMER_REAL, &once, NULL);
        sigwait(&alarm_only, &number);
    } else if (strcmp(kind, "timer_create") == 0) {
        timer_t timer;
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                                 .sigev_signo = SIGUSR1};
        struct sigaction action = {.sa_handler = handle};
        sigaction(SIGUSR1, &action, NULL);
        timer_create(CLOCK_MONOTONIC, &event, &timer);
        timer_settime(timer, 0, &it, NULL);
        pause();
    } else if (strcmp(kind, "timerfd") == 0) {
        long times;
        fd = timerfd_create(CLOCK_MONOTONIC, 0);
        timerfd_settime(fd, 0, &it, NULL);
        if (read(fd, &times, sizeof times) == -1)
            perror("read");
    } else if (strcmp(kind, "timerfd-poll") == 0) {
        fd = timerfd_create(CLOCK_MONOTONIC, 0);
        timerfd_settime(fd, 0, &it, NULL);
        input.fd = fd;
        poll(&input, 1, -1);
    } else if (strcmp(kind, "SO_RCVTIMEO") == 0) {
        int pair[2];
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
        setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
        recv(pair[0], &c, 1, 0);
    } else if (strcmp(kind, "SO_RCVTIMEO-accept") == 0) {
        struct sockaddr_in address;
        fd = listener(&address);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
        accept(fd, NULL, NULL);
    } else if (strcmp(kind, "sem_timedwait") == 0) {
        sem_t sem;
        sem_init(&sem, 0, 0);
        clock_gettime(CLOCK_REALTIME, &ts);
        ts.tv_sec += 1;
        sem_timedwait(&sem, &ts);
    } else if (strcmp(kind, "thread") == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, doze, NULL);
        pthread_join(thread, NULL);
    } else if (strcmp(kind, "busy") == 0) {
        for (clock_t end = clock() + CLOCKS_PER_SEC / 2; clock() < end;)
            ;
    } else if (strcmp(kind, "keepalive") == 0) {
        recv(connected(), &c, 1, 0);
    } else if (strcmp(kind, "for-ever-read") == 0) {
        if (read(STDIN_FILENO, &c, 1) == -1)
            perror("read");
    } else if (strcmp(kind, "for-ever-accept") == 0) {
        struct sockaddr_in address;
        accept(listener(&address), NULL, NULL);
    } else if (strcmp(kind, "for-ever-poll") == 0) {
        poll(&input, 1, -1);
    } else if (strcmp(kind, "for-ever-select") == 0) {
        select(0, NULL, NULL, NULL, NULL);
    } else if (strcmp(kind, "for-ever-pause") == 0) {
        pause();
    } else if (strcmp(kind, "for-ever-full") == 0) {
        int pair[2];
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
        while (send(pair[0], kind, 1, 0) == 1)
            ;
    } else if (strcmp(kind, "for-ever-thread") == 0) {
        pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        pthread_mutex_lock(&mutex);
        pthread_mutex_lock(&mutex);
    }
}

int main(int argc, char *argv[])
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("begins\n");
    wait_as(argc > 1 ? argv[1] : "");
    printf("woke\n");
    return 0;
}
