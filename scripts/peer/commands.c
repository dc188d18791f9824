#include "peer.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------- sending -- */

static enum done send_text(struct peer *peer, struct words *line,
                           const char *ending, uint64_t times)
{
    struct source *source = &peer->sends;
    if (!unescape("send", line))
        return DONE;
    size_t len = (size_t)(line->end - line->at), more = strlen(ending);
    *source = (struct source){.kind = REPEATED_TEXT, .len = len + more};
    memcpy(source->text, line->at, len);
    memcpy(source->text + len, ending, more + 1);
    source->total = source->len * times;
    send_source(peer, "send");
    return DONE;
}

static enum done do_send(struct peer *peer, struct words *line)
{
    return send_text(peer, line, "", 1);
}

static enum done do_send_line(struct peer *peer, struct words *line)
{
    return send_text(peer, line, "\n", 1);
}

static enum done do_send_crlf(struct peer *peer, struct words *line)
{
    return send_text(peer, line, "\r\n", 1);
}

enum { MUCH = 1 << 30 };

static enum done do_send_many(struct peer *peer, struct words *line)
{
    uint64_t times;
    if (!take_number(line, MUCH, &times))
        return WRONG_ARGUMENTS;
    return send_text(peer, line, "", times);
}

/* N SEED [text] */
static bool take_source(struct words *line, struct source *source)
{
    char kind[8] = "";
    *source = (struct source){.kind = RANDOM_BYTES};
    if (!take_number(line, MUCH, &source->total) ||
        !take_number(line, UINT64_MAX, &source->seed))
        return false;
    if (take_word(line, kind, sizeof kind))
        source->kind = RANDOM_LINES;
    return nothing_left(line) && (kind[0] == '\0' || strcmp(kind, "text") == 0);
}

static enum done do_send_random(struct peer *peer, struct words *line)
{
    if (!take_source(line, &peer->sends))
        return WRONG_ARGUMENTS;
    send_source(peer, "send-random");
    return DONE;
}

/* N [BYTES]: a number and the bytes that it takes, 1 to 8, 4 if not said. */
static bool take_size(struct words *line, uint64_t *size)
{
    *size = 4;
    if (nothing_left(line))
        return true;
    return take_number(line, 8, size) && *size > 0 && nothing_left(line);
}

static enum done do_send_number(struct peer *peer, struct words *line)
{
    uint64_t number, size;
    if (!take_number(line, UINT64_MAX, &number) || !take_size(line, &size))
        return WRONG_ARGUMENTS;
    peer->sends = (struct source){
        .kind = REPEATED_TEXT, .total = size, .len = (size_t)size};
    for (uint64_t i = size; i-- > 0; number >>= 8)
        peer->sends.text[i] = (char)(number & 0xFF);
    send_source(peer, "send-number");
    return DONE;
}

/*
 * Wait until the other side has read all. Its kernel tells nobody when that
 * happens, so look again and again; but not for long, for it may not read.
 */
static bool wait_until_read(const struct peer *peer)
{
    enum { LOOKS = 4000 }; /* about a second */
    for (int i = 0; i < LOOKS; i++) {
        if (unread_bytes(peer) <= 0)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    return false;
}

static enum done do_send_slowly(struct peer *peer, struct words *line)
{
    bool reads = true;
    size_t sent = 0;
    if (!unescape("send-slowly", line))
        return DONE;
    for (; line->at < line->end; line->at++, sent++) {
        if (send(peer->fd, line->at, 1, MSG_NOSIGNAL) == -1) {
            say_error("send-slowly");
            return DONE;
        }
        reads = reads && wait_until_read(peer);
    }
    printf("sent %zu bytes, one by one\n", sent);
    return DONE;
}

static enum done do_send_urgent(struct peer *peer, struct words *line)
{
    if (!unescape("send-urgent", line))
        return DONE;
    ssize_t n = send(peer->fd, line->at, (size_t)(line->end - line->at),
                     MSG_OOB | MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n == -1)
        say_error("send-urgent");
    else
        printf("sent %zd bytes, the last urgent\n", n);
    return DONE;
}

/* More than two sockets' buffers have room for. */
enum { ENOUGH = 64 << 20 };

/* Text again and again, until it is clear that nobody reads, or somebody. */
static enum done do_fill(struct peer *peer, struct words *line)
{
    if (!unescape("fill", line))
        return DONE;
    size_t len = (size_t)(line->end - line->at);
    peer->sends = (struct source){.kind = RANDOM_LINES, .total = ENOUGH};
    if (len > 0) {
        peer->sends.kind = REPEATED_TEXT;
        peer->sends.len = len;
        memcpy(peer->sends.text, line->at, len);
    }
    peer->sent = 0;
    peer->send_error = 0;
    peer->sending = true;
    bool still = wait_for(peer, ALL_SENT, STILL) == 0;
    peer->sending = false;
    if (peer->send_error != 0)
        printf("fill: %s\n", error_text(peer->send_error));
    else
        printf("sent %" PRIu64 " bytes, the other side %s\n", peer->sent,
               still ? "does not read" : "reads on");
    return DONE;
}

static enum done do_finish(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    wait_for(peer, ALL_SENT, -1);
    if (peer->send_error != 0)
        printf("finish: %s\n", error_text(peer->send_error));
    else
        printf("sent %" PRIu64 " bytes\n", peer->sent);
    return DONE;
}

static enum done set_cork(struct peer *peer, struct words *line, int on)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    if (setsockopt(peer->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on) == -1)
        say_error("cork");
    return DONE;
}

static enum done do_cork(struct peer *peer, struct words *line)
{
    return set_cork(peer, line, 1);
}

static enum done do_uncork(struct peer *peer, struct words *line)
{
    return set_cork(peer, line, 0);
}

/* ----------------------------------------------------------- receiving -- */

static const char *ending_text(enum outcome outcome)
{
    static const char *const endings[] = {"", "end", "reset"};
    return outcome == AT_ERROR ? error_text(errno) : endings[outcome];
}

/* Print what has come, and how it ended if it did. */
static enum done say_received(const struct sink *sink, enum outcome outcome)
{
    const char *ending = ending_text(outcome);
    bool nothing = sink->count == 0 && outcome != GOT_IT;
    if (!nothing) {
        printf("received ");
        print_sink(sink);
        printf(outcome == GOT_IT ? "\n" : ", then ");
    }
    if (nothing && outcome == AT_ERROR)
        printf("receive: ");
    if (outcome != GOT_IT)
        puts(ending);
    return DONE;
}

/* What one recv gives. */
static enum done receive_once(struct peer *peer)
{
    static char chunk[65536];
    struct sink sink = empty_sink;
    size_t n;
    enum outcome outcome = receive_some(peer, chunk, sizeof chunk, 0, &n);
    if (outcome == GOT_IT)
        add_to_sink(&sink, chunk, n);
    if (outcome != GOT_IT || peer->type == SOCK_STREAM)
        return say_received(&sink, outcome);
    printf("received ");
    print_sink(&sink);
    printf(" from %s\n", name_text(&peer->last));
    return DONE;
}

static enum done receive_count(struct peer *peer, uint64_t count,
                               struct sink *sink)
{
    *sink = empty_sink;
    return say_received(sink, receive_until(peer, sink, count, NULL, 0));
}

static enum done do_receive(struct peer *peer, struct words *line)
{
    uint64_t count;
    struct sink sink;
    if (peer->type == SOCK_RAW)
        return receive_echo(peer, line);
    if (nothing_left(line))
        return receive_once(peer);
    if (!take_number(line, UINT64_MAX, &count) || !nothing_left(line) ||
        peer->type != SOCK_STREAM)
        return WRONG_ARGUMENTS;
    return receive_count(peer, count, &sink);
}

static enum done do_sum(struct peer *peer, struct words *line)
{
    uint64_t count;
    struct sink sink = empty_sink;
    if (!take_number(line, UINT64_MAX, &count) || !nothing_left(line))
        return WRONG_ARGUMENTS;
    enum outcome outcome = receive_until(peer, &sink, count, NULL, 0);
    const char *ending = ending_text(outcome);
    printf("received %" PRIu64 " bytes, sum 0x%08" PRIx32, sink.count,
           sink.sum);
    printf(outcome == GOT_IT ? "\n" : ", then ");
    if (outcome != GOT_IT)
        puts(ending);
    return DONE;
}

static enum done do_receive_line(struct peer *peer, struct words *line)
{
    struct sink sink = empty_sink;
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    enum outcome outcome = receive_until(peer, &sink, UINT64_MAX, "\n", 1);
    if (outcome != GOT_IT || sink.count > KEPT)
        return say_received(&sink, outcome);
    sink.count--; /* that it is a line says that a newline came */
    if (sink.count > 0 && sink.kept[sink.count - 1] == '\r') {
        sink.count--;
        printf("crlf ");
    }
    printf("line ");
    print_sink(&sink);
    putchar('\n');
    return DONE;
}

static enum done do_receive_until(struct peer *peer, struct words *line)
{
    struct sink sink = empty_sink;
    if (nothing_left(line))
        return WRONG_ARGUMENTS;
    if (!unescape("receive-until", line))
        return DONE;
    enum outcome outcome = receive_until(peer, &sink, UINT64_MAX, line->at,
                                         (size_t)(line->end - line->at));
    return say_received(&sink, outcome);
}

static enum done do_receive_all(struct peer *peer, struct words *line)
{
    struct sink sink;
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    if (!peer->draining)
        return receive_count(peer, UINT64_MAX, &sink);
    wait_for(peer, DRAINED, -1);
    errno = peer->drain_error;
    return say_received(&peer->drained, (enum outcome)peer->drain_end);
}

static enum done do_expect_end(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    if (!peer->draining)
        return receive_once(peer);
    wait_for(peer, DRAINED, -1);
    errno = peer->drain_error;
    return say_received(&empty_sink, (enum outcome)peer->drain_end);
}

static enum done do_drain(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    peer->draining = true;
    peer->drained = empty_sink;
    peer->drain_end = GOT_IT;
    return DONE;
}

static enum done do_receive_number(struct peer *peer, struct words *line)
{
    uint64_t size, number = 0;
    struct sink sink = empty_sink;
    if (!take_size(line, &size))
        return WRONG_ARGUMENTS;
    enum outcome outcome = receive_until(peer, &sink, size, NULL, 0);
    if (outcome != GOT_IT)
        return say_received(&sink, outcome);
    for (uint64_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)sink.kept[i];
    printf("number %" PRIu64 "\n", number);
    return DONE;
}

static void print_byte(char byte)
{
    print_quoted(&byte, 1);
}

static enum done do_receive_random(struct peer *peer, struct words *line)
{
    struct source source;
    struct difference d;
    if (!take_source(line, &source))
        return WRONG_ARGUMENTS;
    enum outcome outcome = compare(peer, &source, &d);
    const char *ending = ending_text(outcome);
    if (d.differs) {
        printf("received %" PRIu64 " bytes as expected, then ", d.at);
        print_byte(d.got);
        printf(" instead of ");
        print_byte(d.wanted);
        putchar('\n');
        return DONE;
    }
    printf("received %" PRIu64 " bytes as expected", d.at);
    if (outcome != GOT_IT)
        printf(", then %s", ending);
    putchar('\n');
    return DONE;
}

static enum done do_await(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    wait_for(peer, TO_READ, -1);
    puts("something has come");
    return DONE;
}

static enum done do_receive_now(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    if (wait_for(peer, TO_READ, 0) == TO_READ)
        return receive_once(peer);
    puts("nothing");
    return DONE;
}

/* ----------------------------------------------------- the connection -- */

static enum done do_half_close(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    if (shutdown(peer->fd, SHUT_WR) == -1)
        say_error("half-close");
    else
        puts("half-closed");
    return DONE;
}

/* A peer that connected has nothing left to do: its end tells that it did
 * this. Another one says so. */
static enum done closed(const struct peer *peer, const char *how)
{
    if (!peer->stays)
        return LEAVE;
    puts(how);
    return DONE;
}

static enum done do_close(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    close_connection(peer);
    return closed(peer, "closed");
}

static enum done do_reset(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    reset_connection(peer->fd);
    peer->fd = -1;
    close_connection(peer);
    return closed(peer, "reset");
}

static enum done do_connect(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    int fd = open_connection(peer);
    if (fd == -1) {
        say_error("connect");
        return DONE;
    }
    begin_connection(peer, fd);
    say_connected(peer);
    return DONE;
}

/* Is this client one of those that fill-queue made? */
static bool is_held(const struct peer *peer, const struct name *client)
{
    for (size_t i = 0; i < peer->held_count; i++) {
        struct name held;
        if (local_name(peer->held[i], &held) &&
            strcmp(name_text(&held), name_text(client)) == 0)
            return true;
    }
    return false;
}

static enum done do_accept(struct peer *peer, struct words *line)
{
    struct name client;
    int fd;
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    for (;; close(fd)) {
        client = (struct name){.len = sizeof client.as};
        wait_for(peer, TO_ACCEPT, -1);
        fd = accept(peer->listenfd, &client.as.any, &client.len);
        if (fd == -1) {
            say_error("accept");
            return DONE;
        }
        if (!is_held(peer, &client))
            break;
    }
    begin_connection(peer, fd);
    if (peer->target.as.any.sa_family == AF_UNIX)
        puts("accepted");
    else
        printf("accepted from %s\n", name_text(&client));
    return DONE;
}

static enum done do_stop_listening(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    close(peer->listenfd);
    peer->listenfd = -1;
    puts("not listening any more");
    return DONE;
}

static enum done do_address(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    struct name here, there;
    local_name(peer->fd, &here);
    printf("local %s", name_text(&here));
    if (remote_name(peer->fd, &there))
        printf(", remote %s", name_text(&there));
    putchar('\n');
    return DONE;
}

/* ----------------------------------------------------------- datagrams -- */

static enum done send_to(struct peer *peer, const struct name *to,
                         struct words *text, const char *command)
{
    if (!unescape(command, text))
        return DONE;
    ssize_t n = sendto(peer->fd, text->at, (size_t)(text->end - text->at),
                       MSG_NOSIGNAL, &to->as.any, to->len);
    if (n == -1)
        say_error(command);
    else
        printf("sent %zd bytes\n", n);
    return DONE;
}

static enum done do_send_to(struct peer *peer, struct words *line)
{
    char host[64], port[16];
    struct name to;
    if (!take_word(line, host, sizeof host) ||
        !take_word(line, port, sizeof port) || !set_name(&to, host, port))
        return WRONG_ARGUMENTS;
    return send_to(peer, &to, line, "send-to");
}

static enum done do_reply(struct peer *peer, struct words *line)
{
    if (peer->last.len == 0) {
        puts("reply: nobody has sent anything yet");
        return DONE;
    }
    if (peer->type == SOCK_RAW)
        return reply_echo(peer, line);
    return send_to(peer, &peer->last, line, "reply");
}

/* --------------------------------------------------------- the table -- */

enum {
    SENDING = OPEN | NOT_SENDING,
    SENDING_STREAM = SENDING | STREAM,
    RECEIVING = OPEN | NOT_DRAINING,
    RECEIVING_STREAM = RECEIVING | STREAM
};

const struct command commands[] = {
    {"send", "TEXT", "send it", do_send, SENDING},
    {"send-line", "TEXT", "send it, and a newline", do_send_line, SENDING},
    {"send-crlf", "TEXT", "send it, and \\r\\n", do_send_crlf, SENDING},
    {"send-many", "N TEXT", "send it N times, without a pause", do_send_many,
     SENDING},
    {"send-number", "N [BYTES]", "send it as 4 (1 to 8) bytes, big-endian",
     do_send_number, SENDING},
    {"send-random", "N SEED [text]", "send N bytes, or lines of letters",
     do_send_random, SENDING},
    {"send-slowly", "TEXT", "byte by byte, each when the last has been read",
     do_send_slowly, SENDING_STREAM},
    {"send-urgent", "TEXT", "send it, the last byte with MSG_OOB",
     do_send_urgent, SENDING_STREAM},
    {"fill", "[TEXT]", "send it again and again until nobody reads", do_fill,
     SENDING_STREAM},
    {"finish", "", "wait until the rest of the last send has gone", do_finish,
     OPEN | STREAM},
    {"cork", "", "hold back what is sent from now on", do_cork, SENDING_STREAM},
    {"uncork", "", "send all that was held back as one", do_uncork,
     SENDING_STREAM},

    {"receive", "[N]", "N bytes, or what one recv gives; a datagram",
     do_receive, RECEIVING},
    {"receive-line", "", "up to a newline", do_receive_line, RECEIVING_STREAM},
    {"receive-until", "TEXT", "up to the end of this text", do_receive_until,
     RECEIVING_STREAM},
    {"receive-all", "", "up to the end", do_receive_all, OPEN | STREAM},
    {"receive-number", "[BYTES]", "4 (1 to 8) bytes, big-endian",
     do_receive_number, RECEIVING_STREAM},
    {"receive-random", "N SEED [text]", "what send-random sends, compared",
     do_receive_random, RECEIVING_STREAM},
    {"receive-now", "", "what is there, without waiting", do_receive_now,
     RECEIVING},
    {"sum", "N", "receive N bytes and show their sum", do_sum,
     RECEIVING_STREAM},
    {"expect-end", "", "the other side has ended its sending", do_expect_end,
     OPEN | STREAM},
    {"await", "", "wait until something has come, and leave it there", do_await,
     RECEIVING},
    {"drain", "", "read all from now on, whatever else is done", do_drain,
     RECEIVING_STREAM},

    {"half-close", "", "end our side: shutdown SHUT_WR", do_half_close,
     SENDING_STREAM},
    {"close", "", "close; what is unread makes it a reset", do_close, OPEN},
    {"reset", "", "close with a reset: SO_LINGER 0", do_reset, OPEN | STREAM},
    {"connect", "", "connect, after a close", do_connect, NOT_OPEN | CONNECTS},
    {"accept", "", "take the next client", do_accept, NOT_OPEN | LISTENS},
    {"stop-listening", "", "close the listening socket", do_stop_listening,
     LISTENS},
    {"address", "", "both ends", do_address, OPEN},

    {"send-to", "HOST PORT TEXT", "send a datagram there", do_send_to,
     OPEN | DATAGRAMS},
    {"reply", "[TEXT]", "send a datagram to who sent the last one", do_reply,
     OPEN | DATAGRAMS},
    {"echo-reply", "ID SEQUENCE [TEXT]",
     "forge an answer; +1 is one more than in the last request", forge_echo,
     OPEN | ICMP},

    {"flood", "N [reset]", "connect and close N times", flood, CONNECTS},
    {"visit", "N [TEXT]", "N times: send it and end, read to the end", visit,
     CONNECTS},
    {"hold", "N", "open N connections more, and keep them", hold, CONNECTS},
    {"release", "", "close those that hold opened", release, CONNECTS},
    {"fill-queue", "", "with connections of ours; accept throws them away",
     fill_queue, LISTENS},
    {0},
};

static const struct {
    int need;
    const char *missing;
} needs[] = {
    {OPEN, "there is no connection"},
    {NOT_OPEN, "there is a connection already"},
    {LISTENS, "only for a peer that listens"},
    {CONNECTS, "only for a peer that connects"},
    {STREAM, "only for streams"},
    {DATAGRAMS, "only for datagrams"},
    {ICMP, "only for icmp"},
    {NOT_DRAINING, "a drain is on; receive-all or expect-end wait for it"},
    {NOT_SENDING, "the last send is not finished; finish waits for it"},
    {0},
};

static int things_there(const struct peer *peer)
{
    bool connects = peer->target.len > 0 && peer->listenfd == -1 &&
                    peer->type == SOCK_STREAM;
    return (peer->fd != -1 ? OPEN : NOT_OPEN) |
           (peer->listenfd != -1 ? LISTENS : 0) | (connects ? CONNECTS : 0) |
           (peer->type == SOCK_STREAM ? STREAM : DATAGRAMS) |
           (peer->type == SOCK_RAW ? ICMP : 0) |
           (peer->draining ? 0 : NOT_DRAINING) |
           (peer->sending ? 0 : NOT_SENDING);
}

static const char *what_is_missing(const struct peer *peer, int wanted)
{
    int missing = wanted & ~things_there(peer);
    for (size_t i = 0; needs[i].missing != NULL; i++)
        if (missing & needs[i].need)
            return needs[i].missing;
    return NULL;
}

static const struct command *find_command(const char *name)
{
    for (const struct command *c = commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

enum done perform(struct peer *peer, struct words *line)
{
    char name[32] = "";
    if (nothing_left(line))
        return DONE;
    const struct command *command = NULL;
    if (take_word(line, name, sizeof name))
        command = find_command(name);
    if (command == NULL) {
        printf("no such command; peer --help lists them\n");
        return DONE;
    }
    const char *missing = what_is_missing(peer, command->needs);
    if (missing != NULL) {
        printf("%s: %s\n", name, missing);
        return DONE;
    }
    enum done done = command->run(peer, line);
    if (done == WRONG_ARGUMENTS)
        printf("usage: %s%s%s\n", command->name, *command->arguments ? " " : "",
               command->arguments);
    return done;
}
