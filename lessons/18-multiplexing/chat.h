/*
 * chat.h - what a chat is. The three servers of this lesson have it in common;
 * what is left for each of them is the question how to wait: select, poll or
 * epoll.
 *
 * A line that a client sends goes to all others, with the sender's name, its
 * port, before it. "/who" is answered with the number of clients. All that
 * comes is bytes and goes on as bytes.
 *
 * Nothing in this file ever waits for a client. What a client cannot take now
 * is kept in a queue of its own, and who lets that run full is dropped: memory
 * for all that anybody will never read is what no server has.
 */
#ifndef CHAT_H
#define CHAT_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "stop.h"

enum {
    LINE_SIZE = 4096,      /* a longer line is passed on in pieces */
    QUEUE_SIZE = 64 << 10, /* for one client, beside the kernel's buffers */
    MOST_CLIENTS = 20000,
    REST_MS = 100 /* when there is no room for one more client */
};

struct client {
    int fd;
    int place;       /* its own, in clients[] */
    unsigned name;   /* its port */
    const char *end; /* why it is to go, or NULL: it may stay */
    struct client *next_to_go;
    size_t length; /* of the line that it has begun */
    char line[LINE_SIZE];
    size_t queued;          /* how much it has still to get */
    char queue[QUEUE_SIZE]; /* no memory is spent on it before its use */
};

static struct client *clients[MOST_CLIENTS];
static int client_count;

/* A client that is lost may still stand in the answer that the server is
 * working on. So it goes on a list, and is closed when that is done. */
static struct client *to_go;

/* There was no room for the last one who knocked (EMFILE). It still knocks,
 * and to look at the door at once would be to look for ever. */
static bool resting;

/*
 * These three are what each server has to say itself. watch: tell me when this
 * client sends or leaves; false if that cannot be. rewatch: c->queued has just
 * become 0, or is 0 no longer; while it is not, tell me also when the client
 * can take more. unwatch: c is about to be closed.
 */
static bool watch(struct client *c);
static void rewatch(struct client *c);
static void unwatch(struct client *c);

static inline void lose(struct client *c, const char *end)
{
    if (c->end != NULL)
        return;
    c->end = end;
    c->next_to_go = to_go;
    to_go = c;
}

/* Close those who are to go. The last in the table takes the free place. */
static inline void close_the_lost(void)
{
    while (to_go != NULL) {
        struct client *c = to_go;
        to_go = c->next_to_go;
        unwatch(c);
        close(c->fd);
        struct client *last = clients[--client_count];
        clients[c->place] = last;
        last->place = c->place;
        printf("%u %s, %d here\n", c->name, c->end, client_count);
        free(c);
    }
}

/* Give c as much as its kernel takes at once. Returns how much that was. */
static inline size_t offer(struct client *c, const char *data, size_t length)
{
    ssize_t n = send(c->fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n != -1)
        return (size_t)n;
    if (errno == EINTR || errno == EAGAIN)
        return 0;
    if (errno != EPIPE && errno != ECONNRESET)
        report("send to %u", c->name);
    lose(c, "broke off");
    return 0;
}

/* Give c these bytes, now or later. */
static inline void deliver(struct client *c, const char *data, size_t length)
{
    if (c->end != NULL)
        return;
    bool had_all = c->queued == 0;
    if (had_all) {
        size_t n = offer(c, data, length);
        if (c->end != NULL || n == length)
            return;
        data += n;
        length -= n;
    }
    if (length > QUEUE_SIZE - c->queued) {
        lose(c, "does not read");
        return;
    }
    memcpy(c->queue + c->queued, data, length);
    c->queued += length;
    if (had_all)
        rewatch(c);
}

/* The server has seen that c can take more. */
static inline void give(struct client *c)
{
    if (c->end != NULL || c->queued == 0)
        return;
    size_t n = offer(c, c->queue, c->queued);
    c->queued -= n;
    memmove(c->queue, c->queue + n, c->queued);
    if (c->queued == 0)
        rewatch(c);
}

/* One line has come from c, its newline not counted. */
static inline void say(struct client *c, const char *line, size_t length)
{
    char text[LINE_SIZE + 16];
    if (length == 4 && memcmp(line, "/who", 4) == 0) {
        int n = snprintf(text, sizeof text, "%d here\n", client_count);
        deliver(c, text, (size_t)n);
        return;
    }
    size_t n = (size_t)snprintf(text, sizeof text, "%u: ", c->name);
    memcpy(text + n, line, length);
    n += length;
    text[n++] = '\n';
    for (int i = 0; i < client_count; i++)
        if (clients[i] != c)
            deliver(clients[i], text, n);
}

/* The server has seen that c has sent something, or has left, or is broken.
 * recv says which. One recv only, for the others are waiting, too. */
static inline void take(struct client *c)
{
    if (c->end != NULL)
        return;
    ssize_t n =
        recv(c->fd, c->line + c->length, LINE_SIZE - c->length, MSG_DONTWAIT);
    if (n == -1 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n == -1) {
        if (errno != ECONNRESET)
            report("recv from %u", c->name);
        lose(c, "broke off");
        return;
    }
    if (n == 0) {
        if (c->length > 0)
            say(c, c->line, c->length);
        lose(c, "left");
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

/* A line shall go at once, though the last one may not be acknowledged yet
 * (lesson 14). Should that fail: it is no slower than usual. */
static inline void send_at_once(int fd)
{
    int on = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
        report("setsockopt TCP_NODELAY");
}

/* A new client, or nobody, if there is no memory for one or no place where the
 * server could watch it. */
static inline void add_client(int fd, unsigned name)
{
    struct client *c = malloc(sizeof *c);
    if (c != NULL) {
        c->fd = fd;
        c->place = client_count;
        c->name = name;
        c->queued = 0;
        c->end = NULL;
        c->next_to_go = NULL;
        c->length = 0;
    }
    if (c == NULL || !watch(c)) {
        printf("%u is refused as descriptor %d\n", name, fd);
        close(fd);
        free(c);
        return;
    }
    send_at_once(fd);
    clients[client_count++] = c;
    printf("%u came, %d here\n", name, client_count);
}

/* The server has seen that somebody knocks, or has rested. The errors are
 * those of lesson 05. */
static inline void admit(int listenfd)
{
    static bool told;
    resting = client_count == MOST_CLIENTS;
    if (resting)
        return;
    struct sockaddr_in peer = {0};
    socklen_t addrlen = sizeof peer;
    int fd = accept(listenfd, (struct sockaddr *)&peer, &addrlen);
    if (fd != -1) {
        told = false;
        add_client(fd, ntohs(peer.sin_port));
        return;
    }
    if (errno == EINTR || errno == EAGAIN || concerns_one_client(errno))
        return;
    if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK)
        die("accept on descriptor %d", listenfd);
    if (!told)
        report("accept on descriptor %d", listenfd);
    told = true;
    resting = true;
}

/* select, poll or epoll has returned -1. A signal: then times_asked knows
 * more. No memory: that will pass, but not at once. */
static inline void waiting_failed(const char *call)
{
    if (errno == EINTR)
        return;
    if (errno != ENOMEM && errno != EAGAIN)
        die("%s", call);
    report("%s", call);
    nanosleep(&(struct timespec){.tv_nsec = REST_MS * 1000000L}, NULL);
}

/* The start of all three: a listening socket that never makes us wait. */
static inline int open_chat(int argc, char *argv[], const char *synopsis)
{
    start_program(argv[0]);
    if (argc > 2)
        usage(synopsis);
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    catch_stop();

    /* As many descriptors as we may have. Mostly a program starts with 1,024,
     * so that select, and who still uses it, is not surprised. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        report("setrlimit RLIMIT_NOFILE"); /* then with fewer */

    /* Non-blocking: who has knocked may be gone when we accept. */
    int listenfd = listen_on(port);
    int flags = fcntl(listenfd, F_GETFL);
    if (flags == -1 || fcntl(listenfd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl O_NONBLOCK");
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    return listenfd;
}

/* The end of all three. Returns the program's status. */
static inline int close_chat(int listenfd)
{
    close(listenfd);
    for (int i = 0; i < client_count; i++) {
        close(clients[i]->fd);
        free(clients[i]);
    }
    return ferror(stdout) ? 1 : 0;
}

#endif
