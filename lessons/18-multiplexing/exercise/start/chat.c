/*
 * chat.c - a chat in which a client that never reads harms no one.
 *
 *   build  cc -I../../../common chat.c ../../../common/error.c \
 *             ../../../common/net.c -o chat
 *   run    ./chat PORT
 *   check  make check-18
 *   read   poll(2), send(2)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise". What
 * stands here is a chat already, but for one client at a time.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum {
    LINE_SIZE = 4096,
    QUEUE_SIZE = 65536, /* for one client, beside the kernel's buffers */
    MOST_CLIENTS = 500
};

struct client {
    int fd;
    unsigned number;
    bool gone;     /* remove_the_gone removes it, at the end of the turn */
    size_t length; /* of the line that it has begun */
    char line[LINE_SIZE];
    unsigned long missed; /* lines, since the queue was full */
    size_t queued;        /* how much it has still to get */
    char queue[QUEUE_SIZE];
};

static struct client *clients[MOST_CLIENTS];
static int client_count;

/* ---- edit below -------------------------------------------------------- */

/* 1. One line for c. Here send waits until c reads, and everybody with it. Let
 *    it take what it takes at once, and keep the rest in c->queue. A line for
 *    which the queue has no room is not sent at all: count it in c->missed. */
static void deliver(struct client *c, const char *text, size_t length)
{
    if (send(c->fd, text, length, 0) == -1)
        c->gone = true;
}

/* 2. A function for a client that can take more: send what is in its queue,
 *    and tell it what it has missed. */

/* ---- edit above -------------------------------------------------------- */

/* One line has come from c, its newline not counted. */
static void say(const struct client *c, const char *line, size_t length)
{
    char text[LINE_SIZE + 16];
    size_t n = (size_t)snprintf(text, sizeof text, "%u: ", c->number);
    memcpy(text + n, line, length);
    n += length;
    text[n++] = '\n';
    for (int i = 0; i < client_count; i++)
        if (clients[i] != c)
            deliver(clients[i], text, n);
}

/* Receive from c once, and pass on each line that is whole. A line that is too
 * long is passed on in pieces. */
static void take(struct client *c)
{
    ssize_t n = recv(c->fd, c->line + c->length, LINE_SIZE - c->length, 0);
    if (n == -1 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        c->gone = true;
        return;
    }
    c->length += (size_t)n;
    char *line = c->line, *end = c->line + c->length, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        say(c, line, (size_t)(newline - line));
        line = newline + 1;
    }
    if (line == c->line && c->length == LINE_SIZE) {
        say(c, line, LINE_SIZE);
        line = end;
    }
    c->length = (size_t)(end - line);
    memmove(c->line, line, c->length);
}

/* Somebody knocks. */
static void admit(int listenfd)
{
    static unsigned last_number;
    int fd = accept_client(listenfd, NULL);
    if (fd == -1)
        return;
    if (client_count == MOST_CLIENTS) {
        close(fd); /* no place is free: it may come again */
        return;
    }
    struct client *c = calloc(1, sizeof *c);
    if (c == NULL) {
        report("calloc");
        close(fd);
        return;
    }
    c->fd = fd;
    c->number = ++last_number;
    clients[client_count++] = c;
    char text[40];
    int n = snprintf(text, sizeof text, "you are %u\n", c->number);
    deliver(c, text, (size_t)n);
}

/* The last in the table takes the place that becomes free. */
static void remove_the_gone(void)
{
    for (int i = client_count - 1; i >= 0; i--) {
        struct client *c = clients[i];
        if (!c->gone)
            continue;
        clients[i] = clients[--client_count];
        close(c->fd);
        printf("%u left\n", c->number);
        free(c);
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("chat PORT");
    in_port_t port = parse_port(argv[1]);
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", port);

    /* ---- edit below ---------------------------------------------------- */

    /* 3. This serves one client until it leaves, and then the next. Sleep in
     *    poll instead, until somebody knocks, has sent something, has left, or
     *    can take more of what waits for it. */
    for (;;) {
        admit(listenfd);
        while (client_count > 0) {
            take(clients[0]);
            remove_the_gone();
        }
    }

    /* ---- edit above ---------------------------------------------------- */
}
