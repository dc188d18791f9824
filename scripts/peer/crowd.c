#include "peer.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More connections than any machine has ports for. */
enum { MANY = 1000000 };

/* Say how far it came, and why no further. */
static enum done stopped(const char *command, uint64_t after)
{
    printf("%s: after %" PRIu64 ": %s\n", command, after, error_text(errno));
    return DONE;
}

/* ------------------------------------------------------- one by one -- */

enum done flood(struct peer *peer, struct words *line)
{
    uint64_t count;
    char how[8] = "";
    if (!take_number(line, MANY, &count))
        return WRONG_ARGUMENTS;
    bool resets = take_word(line, how, sizeof how);
    if (!nothing_left(line) || (resets && strcmp(how, "reset") != 0))
        return WRONG_ARGUMENTS;
    for (uint64_t i = 0; i < count; i++) {
        int fd = open_connection(peer);
        if (fd == -1)
            return stopped("flood", i);
        if (resets)
            reset_connection(fd);
        else
            close(fd);
    }
    printf("connected %" PRIu64 " times\n", count);
    return DONE;
}

/*
 * Send the text, end our side if there was one, and read to the end. It is
 * small, so it goes at once. False with errno if the connection broke.
 */
static bool visit_once(int fd, const struct words *text, struct sink *said)
{
    char chunk[4096];
    size_t len = (size_t)(text->end - text->at);
    *said = empty_sink;
    if (len > 0 && (send(fd, text->at, len, MSG_NOSIGNAL) == -1 ||
                    shutdown(fd, SHUT_WR) == -1))
        return false;
    for (;;) {
        /* poll, because it is seen that it waits without a limit. */
        struct pollfd something = {.fd = fd, .events = POLLIN};
        if (poll(&something, 1, -1) == -1 && errno != EINTR)
            return false;
        ssize_t n = recv(fd, chunk, sizeof chunk, MSG_DONTWAIT);
        if (n == 0)
            return true;
        if (n > 0)
            add_to_sink(said, chunk, (size_t)n);
        else if (errno != EINTR && errno != EAGAIN)
            return false;
    }
}

enum done visit(struct peer *peer, struct words *line)
{
    uint64_t count;
    struct sink said = empty_sink;
    if (!take_number(line, MANY, &count))
        return WRONG_ARGUMENTS;
    if (!unescape("visit", line))
        return DONE;
    for (uint64_t i = 0; i < count; i++) {
        int fd = open_connection(peer);
        bool good = fd != -1 && visit_once(fd, line, &said);
        int error = errno;
        if (fd != -1)
            close(fd);
        errno = error;
        if (!good)
            return stopped("visit", i);
    }
    printf("visited %" PRIu64 " times, the last was told ", count);
    print_sink(&said);
    putchar('\n');
    return DONE;
}

/* ------------------------------------------------------- at the same time --
 */

static bool keep(struct peer *peer, int fd)
{
    size_t count = peer->held_count;
    /* Double the room when it is full, at 1, 2, 4, 8 ... */
    if ((count & (count - 1)) == 0) {
        size_t room = count ? count * 2 : 1;
        int *held = realloc(peer->held, room * sizeof *held);
        if (held == NULL)
            return false;
        peer->held = held;
    }
    peer->held[peer->held_count++] = fd;
    return true;
}

enum done hold(struct peer *peer, struct words *line)
{
    uint64_t count;
    if (!take_number(line, MANY, &count) || !nothing_left(line))
        return WRONG_ARGUMENTS;
    for (uint64_t i = 0; i < count; i++) {
        int fd = open_connection(peer);
        if (fd == -1)
            return stopped("hold", i);
        if (!keep(peer, fd)) {
            close(fd);
            return stopped("hold", i);
        }
    }
    printf("holds %zu connections\n", peer->held_count);
    return DONE;
}

void close_held(struct peer *peer)
{
    for (size_t i = 0; i < peer->held_count; i++)
        close(peer->held[i]);
    free(peer->held);
    peer->held = NULL;
    peer->held_count = 0;
}

enum done release(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    printf("released %zu connections\n", peer->held_count);
    close_held(peer);
    return DONE;
}

/* ---------------------------------------------------------- the queue -- */

/*
 * A connection to ourselves, if there is room in the queue: on this machine
 * the handshake is done when connect returns, or a moment later. -1 if not.
 */
static int queue_one(const struct peer *peer)
{
    enum { MOMENT = 50 };
    int fd = make_socket(peer->target.as.any.sa_family,
                         SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return -1;
    if (connect(fd, &peer->target.as.any, peer->target.len) == 0)
        return fd;
    struct pollfd connected = {.fd = fd, .events = POLLOUT};
    if (errno == EINPROGRESS && poll(&connected, 1, MOMENT) == 1)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

enum done fill_queue(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    errno = 0;
    for (int fd; (fd = queue_one(peer)) != -1;)
        if (!keep(peer, fd)) {
            close(fd);
            break;
        }
    if (errno != EINPROGRESS && errno != EAGAIN)
        return stopped("fill-queue", peer->held_count);
    printf("the queue is full, with %zu connections\n", peer->held_count);
    return DONE;
}
