/* chat with epoll, edge-triggered: both events are asked for once, everything
 * is done until EAGAIN. Two lists of lines in place of a queue of bytes. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct line {
    struct line *next;
    size_t len, done;
    char text[];
};

struct client {
    struct client *next;
    int fd, over;
    unsigned number, missed;
    size_t waiting, have;
    struct line *first, **end;
    char part[4200];
};

static struct client *all;

static void append(struct client *c, const char *text, size_t len)
{
    struct line *line = malloc(sizeof *line + len);
    if (line == NULL)
        abort();
    line->next = NULL;
    line->len = len;
    line->done = 0;
    memcpy(line->text, text, len);
    *c->end = line;
    c->end = &line->next;
    c->waiting += len;
}

static void drop_first(struct client *c)
{
    struct line *line = c->first;
    c->waiting -= line->len;
    c->first = line->next;
    if (c->first == NULL)
        c->end = &c->first;
    free(line);
}

static void flow(struct client *c)
{
    while (c->first != NULL || c->missed > 0) {
        if (c->first == NULL) {
            char text[40];
            int n = snprintf(text, sizeof text, "* %u missed\n", c->missed);
            c->missed = 0;
            append(c, text, (size_t)n);
        }
        struct line *line = c->first;
        struct iovec piece = {line->text + line->done, line->len - line->done};
        struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
        ssize_t n = sendmsg(c->fd, &message, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1) {
            if (errno != EAGAIN)
                c->over = 1;
            return;
        }
        line->done += (size_t)n;
        if (line->done == line->len)
            drop_first(c);
    }
}

static void hear(struct client *c)
{
    while (!c->over) {
        ssize_t n = recv(c->fd, c->part + c->have, sizeof c->part - c->have, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && errno == EAGAIN)
            return;
        if (n <= 0) {
            c->over = 1;
            return;
        }
        c->have += (size_t)n;
        char *newline;
        while ((newline = memchr(c->part, '\n', c->have)) != NULL) {
            char text[4300];
            size_t len = (size_t)(newline - c->part) + 1;
            size_t before = (size_t)sprintf(text, "%u: ", c->number);
            memcpy(text + before, c->part, len);
            for (struct client *o = all; o != NULL; o = o->next) {
                if (o == c || o->over)
                    continue;
                if (o->missed > 0 || o->waiting + before + len > 70000) {
                    o->missed++;
                } else {
                    append(o, text, before + len);
                    flow(o);
                }
            }
            c->have -= len;
            memmove(c->part, newline + 1, c->have);
        }
        if (c->have == sizeof c->part)
            c->over = 1;
    }
}

int main(int argc, char *argv[])
{
    unsigned count = 0;
    int on = 1, ep = epoll_create1(0);
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    self.sin_port =
        htons((in_port_t)strtoul(argc > 1 ? argv[1] : "0", NULL, 10));
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(door, (struct sockaddr *)&self, sizeof self) || listen(door, 50))
        return 1;
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(ep, EPOLL_CTL_ADD, door, &event);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("listening on 127.0.0.1:%s\n", argv[1]);
    for (;;) {
        if (epoll_wait(ep, &event, 1, -1) != 1)
            continue;
        struct client *c = event.data.ptr;
        if (c == NULL) {
            int fd = accept4(door, NULL, NULL, SOCK_NONBLOCK);
            if (fd == -1)
                continue;
            c = calloc(1, sizeof *c);
            if (c == NULL)
                abort();
            c->fd = fd;
            c->end = &c->first;
            c->number = ++count;
            c->next = all;
            all = c;
            event.events = EPOLLIN | EPOLLOUT | EPOLLET;
            event.data.ptr = c;
            epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
            char text[40];
            append(c, text, (size_t)sprintf(text, "you are %u\n", c->number));
        } else {
            hear(c);
        }
        if (!c->over)
            flow(c);
        for (struct client **at = &all; *at != NULL;) {
            struct client *o = *at;
            if (!o->over) {
                at = &o->next;
                continue;
            }
            *at = o->next;
            close(o->fd);
            printf("%u left\n", o->number);
            while (o->first != NULL)
                drop_first(o);
            free(o);
        }
    }
}
