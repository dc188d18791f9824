/*
 * thread-server.c - echo to many clients, each served by a thread of its own.
 *
 *   build  cc -pthread -I../../common thread-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o thread-server
 *   run    ./thread-server [PORT [SECONDS]]       default 5000 30; Ctrl-C or
 *                                                 `kill` stops it, status 0
 *   read   pthreads(7), pthread_create(3), pthread_join(3); service.h
 */
#define _GNU_SOURCE /* ppoll: in POSIX since 2024 only */
#include <pthread.h>

#include "service.h"

/* Threads share all memory, this table too. A thread uses its own row, which
 * stays as it is until main has joined the thread; so nobody needs a lock.
 * When the table is full, clients wait in the queue. */
enum { MOST_THREADS = 1200 };
static struct row {
    pthread_t thread;
    int connfd;
    int seconds;
    char who[ENDPOINT_SIZE];
} rows[MOST_THREADS];

/* The free rows' numbers; and a pipe, by which a thread that ends tells main
 * its row. It is to threads what SIGCHLD is to children. */
static int unused[MOST_THREADS], unused_count;
static int endings[2];

static void *serve(void *argument)
{
    struct row *row = argument;
    int number = (int)(row - rows);
    printf("thread %d serves %s\n", number, row->who);
    const char *end = echo(row->connfd, row->seconds, NULL);
    printf("%s %s\n", row->who, end);
    /* So few bytes go into a pipe all or not at all (pipe(7)). */
    while (write(endings[1], &number, sizeof number) == -1 && errno == EINTR)
        continue;
    return NULL;
}

/* Wait for the next thread that ends. Its descriptor is closed here and not
 * by the thread: so its number is not somebody else's meanwhile. */
static void join_one(void)
{
    int number;
    if (read(endings[0], &number, sizeof number) != sizeof number)
        return;
    pthread_join(rows[number].thread, NULL);
    close(rows[number].connfd);
    rows[number].connfd = -1;
    unused[unused_count++] = number;
    printf("thread %d has ended\n", number);
}

static void start_thread(int connfd, const struct sockaddr_in *peer,
                         int seconds)
{
    int number = unused[--unused_count];
    struct row *row = &rows[number];
    row->connfd = connfd;
    row->seconds = seconds;
    endpoint(peer, row->who);
    int error = pthread_create(&row->thread, NULL, serve, row);
    if (error == 0)
        return;
    errno = error; /* these functions return it, and leave errno alone */
    report("pthread_create for %s", row->who);
    close(connfd);
    row->connfd = -1;
    unused[unused_count++] = number;
}

int main(int argc, char *argv[])
{
    struct arguments given =
        arguments(argc, argv, "thread-server [PORT [SECONDS]]");
    /* The threads inherit what is blocked: all signals are for main. */
    catch_stop();
    if (pipe(endings) == -1)
        die("pipe");
    for (int number = MOST_THREADS - 1; number >= 0; number--) {
        rows[number].connfd = -1;
        unused[unused_count++] = number;
    }
    int listenfd = listen_on(given.port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (times_asked() == 0 && !ferror(stdout)) {
        /* A client or the end of a thread, whichever comes first. */
        struct pollfd doors[] = {
            {.fd = endings[0], .events = POLLIN},
            {.fd = unused_count > 0 ? listenfd : -1, .events = POLLIN}};
        if (wait_for(doors, 2, -1, asleep_mask()) < 1)
            continue;
        if (doors[0].revents != 0)
            join_one();
        if (doors[1].revents == 0)
            continue;
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd != -1)
            start_thread(connfd, &peer, given.seconds);
    }

    /* For a thread that sleeps in poll, recv or send this is the client's
     * end. Then wait for all of them. */
    close(listenfd);
    for (int number = 0; number < MOST_THREADS; number++)
        if (rows[number].connfd != -1)
            shutdown(rows[number].connfd, SHUT_RDWR);
    while (unused_count < MOST_THREADS)
        join_one();
    return ferror(stdout) ? 1 : 0;
}
