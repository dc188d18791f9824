/*
 * client.c - a good client; and what bad ones need.
 */
#define _GNU_SOURCE /* memmem; SOCK_NONBLOCK */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"
#include "server.h"

/* A connection may wait for a place in the queue; not for ever. */
int try_to_knock(void)
{
    int fd = socket(server_address.any.sa_family,
                    talk.datagrams ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (fd == -1)
        return -1;
    struct timeval limit = {.tv_sec = 1 + patience / 500};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, &server_address.any, server_address_length) == -1 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int knock(void)
{
    int fd = try_to_knock();
    if (fd == -1)
        fail("connect: %s", strerror(errno));
    return fd;
}

void reset(int fd)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (fd == -1)
        return;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

/* -------------------------------------------------------- a good client -- */

void come(struct visitor *v)
{
    *v = (struct visitor){.fd = knock()};
}

short wants(const struct visitor *v)
{
    return v->said < talk.say_length ? POLLIN | POLLOUT : POLLIN;
}

static void leave(struct visitor *v, const char *wrong)
{
    v->wrong = wrong;
    v->served = wrong == NULL;
    close(v->fd);
    v->fd = -1;
}

/* What it hears must be what it should. False if it is not. */
static bool take(struct visitor *v, const char *bytes, size_t length)
{
    if (talk.find) {
        /* All these answers are short and come in one piece. */
        v->content = v->content ||
                     memmem(bytes, length, talk.hear, talk.hear_length) != NULL;
        return true;
    }
    if (length > talk.hear_length - v->heard ||
        memcmp(bytes, talk.hear + v->heard, length) != 0)
        return false;
    v->heard += length;
    v->content = v->heard == talk.hear_length;
    return true;
}

void move(struct visitor *v, bool may_leave)
{
    char bytes[65536];
    if (v->said < talk.say_length) {
        ssize_t n = send(v->fd, talk.say + v->said, talk.say_length - v->said,
                         MSG_NOSIGNAL);
        if (n == -1 && errno != EAGAIN) {
            leave(v, "its connection broke while it sent");
            return;
        }
        v->said += n > 0 ? (size_t)n : 0;
    }
    for (ssize_t n; v->fd != -1;) {
        if (v->content && !talk.ends && !v->leaving && may_leave) {
            v->leaving = true;
            shutdown(v->fd, SHUT_WR);
        }
        n = recv(v->fd, bytes, sizeof bytes, 0);
        if (n == -1 && errno == EAGAIN)
            return;
        if (n == -1)
            leave(v, "its connection was reset");
        else if (n == 0 && v->content && (talk.ends || v->leaving))
            leave(v, NULL);
        else if (n == 0)
            leave(v, "the connection ended too early");
        else if (!take(v, bytes, (size_t)n))
            leave(v, "it heard something else");
    }
}

/* A datagram may be lost, on either way, where somebody floods: so ask again.
 */
static const char *ask(int ms)
{
    enum { TIMES = 5 };
    char heard[4096];
    int fd = knock();
    for (int i = 0; i < TIMES; i++) {
        send(fd, talk.say, talk.say_length, 0);
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        ssize_t n = -1;
        if (poll(&wanted, 1, ms / TIMES) == 1)
            n = recv(fd, heard, sizeof heard, 0);
        if (n == -1)
            continue;
        close(fd);
        return (size_t)n == talk.hear_length &&
                       memcmp(heard, talk.hear, (size_t)n) == 0
                   ? NULL
                   : "it heard something else";
    }
    close(fd);
    return "no answer came";
}

const char *visit(int ms)
{
    if (talk.datagrams)
        return ask(ms);
    struct visitor v;
    come(&v);
    long long end = now_ms() + ms;
    while (v.fd != -1) {
        long long left = end - now_ms();
        struct pollfd wanted = {.fd = v.fd, .events = wants(&v)};
        if (left <= 0 || poll(&wanted, 1, (int)left) == 0) {
            leave(&v, v.content      ? "the connection did not end"
                      : v.heard == 0 ? "no answer came"
                                     : "half an answer came");
            break;
        }
        move(&v, true);
    }
    return v.wrong;
}

void must_serve(int ms)
{
    must_live();
    const char *wrong = visit(ms);
    must_live();
    if (wrong != NULL)
        fail("the next client is not served within %d ms: %s", ms, wrong);
}

/* --------------------------------------------------------- for bad ones -- */

bool send_within(int fd, const char *bytes, size_t length, int ms)
{
    long long end = now_ms() + ms;
    while (length > 0) {
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        if (n == -1 && errno != EAGAIN)
            return false;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
            continue;
        }
        struct pollfd wanted = {.fd = fd, .events = POLLOUT};
        long long left = end - now_ms();
        if (left <= 0 || poll(&wanted, 1, (int)left) == 0)
            return false;
    }
    return true;
}

static bool server_sleeps(void)
{
    struct sight sight = look();
    return sight.threads == sight.asleep;
}

void fill(int fd, const char *bytes, size_t length)
{
    /* Many of them in one call. */
    static char block[65536];
    if (length == 0 || length > sizeof block)
        return;
    size_t whole = sizeof block - sizeof block % length;
    for (size_t i = 0; i < whole; i++)
        block[i] = bytes[i % length];
    bytes = block;
    length = whole;

    size_t at = 0;
    long long end = now_ms() + 6LL * patience, moved = now_ms();
    while (now_ms() < end && now_ms() < moved + patience) {
        ssize_t n = send(fd, bytes + at, length - at, MSG_NOSIGNAL);
        if (n == -1 && errno != EAGAIN)
            return;
        if (n > 0) {
            at += (size_t)n;
            at = at == length ? 0 : at;
            moved = now_ms();
            continue;
        }
        /* Nothing has moved for so long, and it is not that the server still
         * answers what it has: it is full on all sides. */
        struct pollfd wanted = {.fd = fd, .events = POLLOUT};
        if (poll(&wanted, 1, 100) == 0 && server_sleeps())
            return;
    }
}

bool read_to_end(int fd, int ms)
{
    char bytes[65536];
    long long end = now_ms() + ms;
    for (;;) {
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n == 0 || (n == -1 && errno != EAGAIN))
            return true;
        if (n > 0)
            continue;
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        long long left = end - now_ms();
        if (left <= 0 || poll(&wanted, 1, (int)left) == 0)
            return false;
    }
}
