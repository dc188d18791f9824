#define _DEFAULT_SOURCE /* TCP_QUICKACK */
#include "peer.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536 };

/* -------------------------------------------------------- typed lines -- */

static struct {
    char data[LINE_ROOM];
    size_t start, end;
    bool over; /* the end of input was seen */
} typed;

bool line_is_waiting(void)
{
    return typed.over || memchr(typed.data + typed.start, '\n',
                                typed.end - typed.start) != NULL;
}

/* Read what is there. False at the end of input; a terminal that nobody holds
 * any more gives EIO. */
static void read_typed(void)
{
    memmove(typed.data, typed.data + typed.start, typed.end - typed.start);
    typed.end -= typed.start;
    typed.start = 0;
    ssize_t n = read(STDIN_FILENO, typed.data + typed.end,
                     sizeof typed.data - typed.end);
    if (n > 0)
        typed.end += (size_t)n;
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        typed.over = true;
}

static bool buffer_is_full(void)
{
    return typed.end - typed.start == sizeof typed.data;
}

/* Forget the rest of a line that is too long. */
static void skip_line(void)
{
    while (!line_is_waiting()) {
        typed.start = typed.end = 0;
        read_typed();
    }
    char *newline =
        memchr(typed.data + typed.start, '\n', typed.end - typed.start);
    typed.start = newline ? (size_t)(newline + 1 - typed.data) : typed.end;
}

bool read_line(struct words *line, bool *whole)
{
    static char copy[LINE_ROOM];
    while (!line_is_waiting() && !buffer_is_full())
        read_typed();
    size_t len = typed.end - typed.start;
    if (len == 0)
        return false;
    memcpy(copy, typed.data + typed.start, len);
    char *newline = memchr(copy, '\n', len);
    *whole = newline != NULL || !buffer_is_full();
    if (newline != NULL)
        len = (size_t)(newline - copy);
    *line = (struct words){copy, copy + len};
    if (*whole)
        typed.start += len + (newline != NULL);
    else
        skip_line();
    return true;
}

/* ------------------------------------------------------------- waiting -- */

/*
 * Acknowledge at once what comes from now on. The kernel falls back to
 * delayed acknowledgements by itself (tcp(7)), so this is said again and
 * again; a program that writes byte by byte would wait 40 ms for each.
 */
static void acknowledge(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

/* Send a piece of what is to be sent. */
static void push(struct peer *peer)
{
    static char chunk[CHUNK];
    uint64_t left = peer->sends.total - peer->sent;
    size_t len = left < sizeof chunk ? (size_t)left : sizeof chunk;
    make_bytes(&peer->sends, peer->sent, chunk, len);
    ssize_t n = send(peer->fd, chunk, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0)
        peer->sent += (uint64_t)n;
    else if (errno != EAGAIN && errno != EINTR)
        peer->send_error = errno;
    peer->sending = peer->sent < peer->sends.total && peer->send_error == 0;
}

/* Read a piece and forget it. */
static void drain(struct peer *peer)
{
    static char chunk[CHUNK];
    ssize_t n = recv(peer->fd, chunk, sizeof chunk, MSG_DONTWAIT);
    if (n > 0)
        add_to_sink(&peer->drained, chunk, (size_t)n);
    else if (n == 0)
        peer->drain_end = AT_END;
    else if (errno == ECONNRESET)
        peer->drain_end = AT_RESET;
    else if (errno != EAGAIN && errno != EINTR)
        peer->drain_end = AT_ERROR;
    peer->drain_error = n == -1 ? errno : 0;
    acknowledge(peer->fd);
}

/* What is so already, without a look at any descriptor. */
static int known(const struct peer *peer, int wanted)
{
    int so = 0;
    if (!peer->sending)
        so |= ALL_SENT;
    if (peer->draining && peer->drain_end != GOT_IT)
        so |= DRAINED;
    if (line_is_waiting())
        so |= TYPED;
    return so & wanted;
}

static bool is_being_drained(const struct peer *peer)
{
    return peer->draining && peer->drain_end == GOT_IT;
}

static short events_for(const struct peer *peer, int wanted)
{
    int events = 0;
    if ((wanted & TO_READ) || is_being_drained(peer))
        events |= POLLIN;
    if (peer->sending)
        events |= POLLOUT;
    return (short)events;
}

static struct pollfd look_for(int fd, bool wanted)
{
    return (struct pollfd){.fd = wanted ? fd : -1, .events = POLLIN};
}

/* What the connection's events mean: some are for the background. */
static int serve(struct peer *peer, short revents, int wanted)
{
    int so = 0;
    if (revents & ~POLLOUT) {
        if (is_being_drained(peer))
            drain(peer);
        else if (wanted & TO_READ)
            so |= TO_READ;
    }
    if (peer->sending && (revents & ~POLLIN))
        push(peer);
    return so;
}

int wait_for(struct peer *peer, int wanted, int limit_ms)
{
    for (;;) {
        int so = known(peer, wanted);
        if (so != 0)
            return so;
        short events = events_for(peer, wanted);
        struct pollfd fds[] = {
            {.fd = events ? peer->fd : -1, .events = events},
            look_for(peer->listenfd, wanted & TO_ACCEPT),
            look_for(STDIN_FILENO, wanted & TYPED),
        };
        int ready = poll(fds, sizeof fds / sizeof fds[0], limit_ms);
        if (ready == 0)
            return 0;
        if (ready == -1)
            continue; /* EINTR */
        so = serve(peer, fds[0].revents, wanted);
        if (fds[1].revents)
            so |= TO_ACCEPT;
        if (fds[2].revents)
            so |= TYPED;
        if (so != 0)
            return so;
    }
}

/* ----------------------------------------------------------- receiving -- */

enum outcome receive_some(struct peer *peer, void *to, size_t size, int flags,
                          size_t *n)
{
    for (;;) {
        struct name from = {.len = sizeof from.as};
        wait_for(peer, TO_READ, -1);
        ssize_t got = recvfrom(peer->fd, to, size, flags | MSG_DONTWAIT,
                               &from.as.any, &from.len);
        int error = errno;
        acknowledge(peer->fd);
        errno = error;
        *n = got > 0 ? (size_t)got : 0;
        if (got >= 0 && peer->type != SOCK_STREAM)
            peer->last = from;
        if (got > 0 || (got == 0 && peer->type != SOCK_STREAM))
            return GOT_IT;
        if (got == 0)
            return AT_END;
        if (errno == ECONNRESET)
            return AT_RESET;
        if (errno != EAGAIN && errno != EINTR)
            return AT_ERROR;
    }
}

/* Looks for a text in bytes that come one by one (Knuth, Morris, Pratt). */
struct search {
    const char *text;
    size_t len;
    size_t found;           /* so much of the text stands here */
    size_t back[LINE_ROOM]; /* the longest beginning that also ends there */
};

static void step(struct search *search, char c)
{
    while (search->found > 0 && search->text[search->found] != c)
        search->found = search->back[search->found - 1];
    if (search->text[search->found] == c)
        search->found++;
}

static void begin_search(struct search *search, const char *text, size_t len)
{
    search->text = text;
    search->len = len;
    search->found = 0;
    for (size_t i = 0; i < len; i++) {
        if (i > 0)
            step(search, text[i]);
        search->back[i] = search->found;
    }
    search->found = 0;
}

/* How many of the bytes there are up to the text's end; all, if it is not
 * among them. */
static size_t search_in(struct search *search, const char *data, size_t len)
{
    if (search->len == 0)
        return len;
    for (size_t i = 0; i < len; i++) {
        step(search, data[i]);
        if (search->found == search->len)
            return i + 1;
    }
    return len;
}

enum outcome receive_until(struct peer *peer, struct sink *sink, uint64_t limit,
                           const char *text, size_t len)
{
    static struct search search;
    static char chunk[CHUNK];
    begin_search(&search, text, len);
    while (sink->count < limit && (len == 0 || search.found < len)) {
        uint64_t left = limit - sink->count;
        size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;
        enum outcome outcome = GOT_IT;
        /* Look first, so that what stands behind the text stays there. */
        if (len > 0)
            outcome = receive_some(peer, chunk, n, MSG_PEEK, &n);
        if (outcome == GOT_IT) {
            n = search_in(&search, chunk, n);
            outcome = receive_some(peer, chunk, n, 0, &n);
        }
        if (outcome != GOT_IT)
            return outcome;
        add_to_sink(sink, chunk, n);
    }
    return GOT_IT;
}

static size_t first_difference(const char *a, const char *b, size_t n)
{
    size_t i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

enum outcome compare(struct peer *peer, const struct source *source,
                     struct difference *d)
{
    static char got[CHUNK], wanted[CHUNK];
    *d = (struct difference){0};
    while (d->at < source->total) {
        uint64_t left = source->total - d->at;
        size_t n = left < sizeof got ? (size_t)left : sizeof got;
        enum outcome outcome = receive_some(peer, got, n, 0, &n);
        if (outcome != GOT_IT)
            return outcome;
        make_bytes(source, d->at, wanted, n);
        size_t same = first_difference(got, wanted, n);
        d->at += same;
        if (same < n) {
            d->differs = true;
            d->got = got[same];
            d->wanted = wanted[same];
            return GOT_IT;
        }
    }
    return GOT_IT;
}

/* ------------------------------------------------------------- sending -- */

static void send_datagram(struct peer *peer, const char *command)
{
    static char datagram[CHUNK];
    size_t len = peer->sends.total < sizeof datagram ? (size_t)peer->sends.total
                                                     : sizeof datagram;
    make_bytes(&peer->sends, 0, datagram, len);
    if (send(peer->fd, datagram, len, MSG_NOSIGNAL) == -1)
        say_error(command);
    else
        printf("sent %zu bytes\n", len);
}

void send_source(struct peer *peer, const char *command)
{
    peer->sent = 0;
    peer->send_error = 0;
    if (peer->type != SOCK_STREAM) {
        send_datagram(peer, command);
        return;
    }
    peer->sending = peer->sends.total > 0;
    if (peer->sending)
        push(peer);
    while (!(wait_for(peer, ALL_SENT | TYPED, -1) & ALL_SENT)) {
        /* Somebody wants something else. Does it go on at all? */
        if (wait_for(peer, ALL_SENT, STILL_IN_SEND) == ALL_SENT)
            break;
        printf("sent %" PRIu64 " of %" PRIu64
               " bytes, the other side does not read\n",
               peer->sent, peer->sends.total);
        return;
    }
    if (peer->send_error != 0)
        printf("%s: %s\n", command, error_text(peer->send_error));
    else
        printf("sent %" PRIu64 " bytes\n", peer->sent);
}
