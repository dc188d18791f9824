/*
 * chat.c - a chat in which a client that never reads harms no one.
 *
 *   build  cc -I../../../../common chat.c ../../../../common/error.c \
 *             ../../../../common/net.c -o chat
 *   run    ./chat PORT
 *   read   poll(2), send(2)
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
    bool gone;     /* it is removed at the end of the turn */
    size_t length; /* of the line that it has begun */
    char line[LINE_SIZE];
    unsigned long missed; /* lines, since the queue was full */
    size_t queued;        /* how much it has still to get */
    char queue[QUEUE_SIZE];
};

static struct client *clients[MOST_CLIENTS];
static int client_count;

/* Put the text behind what c has still to get: all of it, or nothing. */
static bool enqueue(struct client *c, const char *text, size_t length)
{
    if (length > QUEUE_SIZE - c->queued)
        return false;
    memcpy(c->queue + c->queued, text, length);
    c->queued += length;
    return true;
}

/* Where c has missed something and there is room again, tell it so. What it
 * hears from now on stands behind that. */
static void tell_missed(struct client *c)
{
    char text[40];
    if (c->missed == 0)
        return;
    int n = snprintf(text, sizeof text, "* %lu missed\n", c->missed);
    if (enqueue(c, text, (size_t)n))
        c->missed = 0;
}

/* Give c what its kernel takes at once. The rest waits for POLLOUT. */
static void give(struct client *c)
{
    ssize_t n = send(c->fd, c->queue, c->queued, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n == -1) {
        if (errno != EAGAIN && errno != EINTR)
            c->gone = true;
        return;
    }
    c->queued -= (size_t)n;
    memmove(c->queue, c->queue + n, c->queued);
    tell_missed(c);
}

/* One line for c, now or later, or never: memory for all that somebody does
 * not read is what no server has. */
static void deliver(struct client *c, const char *text, size_t length)
{
    if (c->gone)
        return;
    if (c->missed > 0 || !enqueue(c, text, length))
        c->missed++;
    else
        give(c);
}

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
    ssize_t n =
        recv(c->fd, c->line + c->length, LINE_SIZE - c->length, MSG_DONTWAIT);
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

/* One turn: sleep until there is something to do, and do it. All sleep is
 * here, and nobody is waited for anywhere else. */
static void serve(int listenfd)
{
    static struct pollfd watched[1 + MOST_CLIENTS];
    int count = client_count; /* who comes in this turn was not asked about */
    watched[0].fd = listenfd;
    watched[0].events = POLLIN;
    for (int i = 0; i < count; i++) {
        watched[1 + i].fd = clients[i]->fd;
        /* There is nearly always room: ask only while something waits. */
        watched[1 + i].events =
            clients[i]->queued > 0 ? POLLIN | POLLOUT : POLLIN;
    }
    if (poll(watched, 1 + (nfds_t)count, -1) == -1) {
        if (errno != EINTR)
            die("poll");
        return;
    }
    for (int i = 0; i < count; i++) {
        short news = watched[1 + i].revents;
        if (news & POLLOUT)
            give(clients[i]);
        /* POLLHUP and POLLERR come unasked, until recv has taken note. */
        if (news & (POLLIN | POLLHUP | POLLERR))
            take(clients[i]);
    }
    if (watched[0].revents != 0)
        admit(listenfd);
    remove_the_gone();
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("chat PORT");
    in_port_t port = parse_port(argv[1]);
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", port);
    for (;;)
        serve(listenfd);
}
