/* chat with two threads for each client: one receives, one sends. The one that
 * sends may wait as long as it likes. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

#define QUEUE 65536

struct client {
    struct client *next;
    int fd;
    unsigned number, missed;
    int over;
    pthread_cond_t something;
    size_t queued;
    char queue[QUEUE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *all;

static void *send_to(void *client)
{
    struct client *c = client;
    char piece[1000];
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!c->over && c->queued == 0 && c->missed == 0)
            pthread_cond_wait(&c->something, &lock);
        if (c->over)
            break;
        size_t len;
        if (c->queued == 0) {
            len = (size_t)sprintf(piece, "* %u missed\n", c->missed);
            c->missed = 0;
        } else {
            len = c->queued < sizeof piece ? c->queued : sizeof piece;
            memcpy(piece, c->queue, len);
            c->queued -= len;
            memmove(c->queue, c->queue + len, c->queued);
        }
        pthread_mutex_unlock(&lock);
        for (size_t done = 0; done < len;) {
            ssize_t n = send(c->fd, piece + done, len - done, MSG_NOSIGNAL);
            if (n == -1 && errno != EINTR)
                break;
            if (n > 0)
                done += (size_t)n;
        }
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void tell(struct client *c, const char *text, size_t len)
{
    if (c->missed > 0 || len > QUEUE - c->queued) {
        c->missed++;
        return;
    }
    memcpy(c->queue + c->queued, text, len);
    c->queued += len;
    pthread_cond_signal(&c->something);
}

static void *receive_from(void *client)
{
    struct client *c = client;
    pthread_t sender;
    if (pthread_create(&sender, NULL, send_to, c) != 0)
        exit(1);
    static const size_t most = 5000;
    char *text = malloc(most + 20), *line = malloc(most);
    if (text == NULL || line == NULL)
        exit(1);
    for (size_t have = 0; have < most;) {
        ssize_t got = read(c->fd, line + have, most - have);
        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
        for (char *end; (end = memchr(line, '\n', have)) != NULL;) {
            size_t len = (size_t)(end - line) + 1;
            size_t n = (size_t)sprintf(text, "%u: ", c->number);
            memcpy(text + n, line, len);
            pthread_mutex_lock(&lock);
            for (struct client *o = all; o != NULL; o = o->next)
                if (o != c)
                    tell(o, text, n + len);
            pthread_mutex_unlock(&lock);
            have -= len;
            memmove(line, end + 1, have);
        }
    }
    free(line);
    free(text);
    pthread_mutex_lock(&lock);
    struct client **at = &all;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->over = 1;
    pthread_cond_signal(&c->something);
    pthread_mutex_unlock(&lock);
    shutdown(c->fd, SHUT_RDWR); /* wakes who sleeps in send */
    pthread_join(sender, NULL);
    close(c->fd);
    printf("%u left\n", c->number);
    free(c);
    return NULL;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("chat PORT");
    int listenfd = listen_on(parse_port(argv[1]));
    printf("listening on 127.0.0.1:%s\n", argv[1]);
    for (unsigned number = 1;;) {
        int fd = accept_client(listenfd, NULL);
        if (fd == -1)
            continue;
        struct client *c = calloc(1, sizeof *c);
        if (c == NULL)
            die("calloc");
        pthread_cond_init(&c->something, NULL);
        c->fd = fd;
        c->number = number++;
        pthread_mutex_lock(&lock);
        c->next = all;
        all = c;
        char text[40];
        tell(c, text, (size_t)sprintf(text, "you are %u\n", c->number));
        pthread_mutex_unlock(&lock);
        pthread_t receiver;
        if (pthread_create(&receiver, NULL, receive_from, c) != 0)
            die("pthread_create");
        pthread_detach(receiver);
    }
}
