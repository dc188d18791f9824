/*
 * hostile.c - clients as no server wants them. After each kind the server must
 * live, serve the next client, and have given back what the bad one had; most
 * kinds also look meanwhile, from the side.
 */
#define _GNU_SOURCE /* prlimit */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"
#include "server.h"

enum { MEGABYTE = 1 << 20, MOST_GROWTH_KIB = 16 * 1024 };

unsigned seed = 1;

static unsigned chance(unsigned below)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 16) % below;
}

/* ----------------------------------------------------------- leaving -- */

static void leaves_at_once(void)
{
    for (int i = 0; i < 20; i++)
        close(knock());
}

static void half_closes_at_once(void)
{
    int fd = knock();
    shutdown(fd, SHUT_WR);
    if (!read_to_end(fd, patience))
        fail("the server does not end a connection that has ended");
}

static void half_closes_in_mid_request(void)
{
    int fd = knock();
    send_within(fd, talk.say, talk.say_length / 2, patience);
    shutdown(fd, SHUT_WR);
    if (!read_to_end(fd, patience))
        fail("the server does not end a connection that has ended");
}

/* What a good client says; each second time, so often that the server has
 * still more to read when it learns that nobody wants an answer. */
static void say_all(int fd, int time)
{
    for (int n = time % 2 ? 3000 : 1; n > 0; n--)
        if (!send_within(fd, talk.say, talk.say_length, 0))
            return;
}

static void closes_with_an_answer_unread(void)
{
    for (int i = 0; i < 20; i++) {
        int fd = knock();
        say_all(fd, i);
        close(fd);
    }
}

/* ------------------------------------------------------------ resets -- */

/* While the server stands still: accept finds connections that are over. */
static void resets_in_the_queue(void)
{
    kill(-server_pid, SIGSTOP);
    for (int i = 0; i < 10; i++) {
        int fd = knock();
        if (i % 2)
            send_within(fd, talk.say, talk.say_length, patience);
        reset(fd);
    }
    kill(-server_pid, SIGCONT);
}

static void resets_at_once(void)
{
    for (int i = 0; i < 20; i++)
        reset(knock());
}

static void resets_in_mid_request(void)
{
    for (int i = 0; i < 10; i++) {
        int fd = knock();
        send_within(fd, talk.say, (talk.say_length + 1) / 2, patience);
        reset(fd);
    }
}

static void resets_before_the_answer(void)
{
    for (int i = 0; i < 10; i++) {
        int fd = knock();
        say_all(fd, i);
        reset(fd);
    }
}

static void resets_in_mid_answer(void)
{
    for (int i = 0; i < 10; i++) {
        char c;
        int fd = knock();
        send_within(fd, talk.say, talk.say_length, patience);
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        if (poll(&wanted, 1, patience) != 1 || recv(fd, &c, 1, 0) != 1)
            fail("no answer");
        reset(fd);
    }
}

static void resets_after_a_half_close(void)
{
    for (int i = 0; i < 10; i++) {
        int fd = knock();
        say_all(fd, i);
        shutdown(fd, SHUT_WR);
        reset(fd);
    }
}

static void resets_with_all_buffers_full(void)
{
    int fd = knock();
    fill(fd, talk.big, talk.big_length);
    reset(fd);
}

/* ------------------------------------------------- slow, deaf, silent -- */

/* Each byte in a segment of its own. */
static void one_byte_at_a_time(void)
{
    int fd = knock(), on = 1;
    if (is_tcp())
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    char heard[4096];
    size_t length = 0;
    for (size_t i = 0; i < talk.say_length; i++) {
        if (!send_within(fd, talk.say + i, 1, patience))
            fail("the connection broke at byte %zu", i);
        rest_ms(1);
    }
    /* And the answer in the same way. */
    for (long long end = now_ms() + patience; now_ms() < end;) {
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        if (length == sizeof heard || poll(&wanted, 1, patience) != 1)
            break;
        ssize_t n = recv(fd, heard + length, 1, 0);
        if (n <= 0)
            break;
        length++;
        if (memmem(heard, length, talk.hear, talk.hear_length) != NULL) {
            close(fd);
            return;
        }
    }
    fail("the answer is not what it should be: %zu bytes came", length);
}

/* What a client does not take, a server must not keep for ever. */
static void must_not_grow(void)
{
    long growth = look().kib - before.kib;
    if (growth > MOST_GROWTH_KIB)
        fail("the server has grown by %ld KiB", growth);
}

/* The others, while this one stands there. */
static void others_are_served(int stops_them_ms)
{
    must_sleep();
    must_not_grow();
    if (stops_them_ms != -1)
        must_serve(stops_them_ms + patience);
}

static void never_writes(void)
{
    int fd = knock();
    others_are_served(talk.silent_ms);
    close(fd);
}

static void stops_in_mid_request(void)
{
    int fd = knock();
    send_within(fd, talk.say, talk.say_length / 2, patience);
    others_are_served(talk.silent_ms);
    close(fd);
}

static void never_reads(void)
{
    int fd = knock();
    fill(fd, talk.big, talk.big_length);
    others_are_served(talk.deaf_ms);
    close(fd);
}

static void half_closes_and_never_reads(void)
{
    int fd = knock();
    fill(fd, talk.big, talk.big_length);
    shutdown(fd, SHUT_WR);
    others_are_served(talk.deaf_ms);
    close(fd);
}

/* Somebody speaks, somebody listens, and a third one never reads what both of
 * them get: each line must come all the same, and at once. */
static void one_of_three_never_reads(void)
{
    enum { LINES = 12000, LENGTH = 4000 }; /* 48 MB */
    static char line[LENGTH], heard[2 * LENGTH];
    int deaf = knock(), speaker = knock(), listener = knock();
    /* Are all three in the room? Who can say so is. */
    for (int i = 0; i < 3; i++) {
        int fd = i == 0 ? deaf : i == 1 ? speaker : listener;
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        send_within(fd, talk.say, talk.say_length, patience);
        if (poll(&wanted, 1, patience) != 1)
            fail("no answer");
        while (i > 0 && recv(fd, heard, sizeof heard, 0) > 0)
            continue;
    }
    memset(line, '.', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int i = 0; i < LINES; i++) {
        if (!send_within(speaker, line, sizeof line, patience))
            fail("the speaker's connection broke at line %d", i);
        for (bool whole = false; !whole;) {
            struct pollfd wanted = {.fd = listener, .events = POLLIN};
            if (poll(&wanted, 1, patience) != 1)
                fail("line %d did not come", i);
            ssize_t n = recv(listener, heard, sizeof heard, 0);
            if (n <= 0)
                fail("the listener's connection broke at line %d", i);
            whole = heard[n - 1] == '\n';
        }
    }
    must_not_grow();
    close(deaf);
    close(speaker);
    close(listener);
}

/* ------------------------------------------------------------- much -- */

/* Send all that; whenever nothing more goes, read what has come; then
 * half-close and read to the end. So the server, too, meets full buffers. An
 * echo must be the same bytes, all of them. */
static void exchange(const char *bytes, size_t length)
{
    static char heard[65536];
    size_t said = 0, got = 0;
    int fd = knock(), little = 32768;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    for (long long end = now_ms() + 2LL * patience;;) {
        if (now_ms() > end)
            fail("after %zu bytes there and %zu back nothing goes on", said,
                 got);
        struct pollfd wanted = {
            .fd = fd, .events = said < length ? POLLIN | POLLOUT : POLLIN};
        poll(&wanted, 1, patience);
        if (said < length) {
            ssize_t n = send(fd, bytes + said, length - said, MSG_NOSIGNAL);
            if (n == -1 && errno != EAGAIN)
                break;
            said += n > 0 ? (size_t)n : 0;
            if (said == length)
                shutdown(fd, SHUT_WR);
            if (n > 0)
                continue;
        }
        ssize_t n = recv(fd, heard, sizeof heard, 0);
        if (n == 0 || (n == -1 && errno != EAGAIN))
            break;
        if (n == -1)
            continue;
        if (talk.echo && (got + (size_t)n > length ||
                          memcmp(heard, bytes + got, (size_t)n) != 0))
            fail("the echo is another one after byte %zu", got);
        got += (size_t)n;
    }
    if (talk.echo && got != length)
        fail("of %zu bytes %zu came back", length, got);
    close(fd);
}

static char payload[16 * MEGABYTE]; /* more than all buffers hold */

static void a_megabyte_without_newline(void)
{
    memset(payload, 'x', MEGABYTE);
    exchange(payload, MEGABYTE);
}

static void newlines_only(void)
{
    memset(payload, '\n', MEGABYTE / 8);
    exchange(payload, MEGABYTE / 8);
}

static void nul_bytes(void)
{
    memset(payload, 0, MEGABYTE / 4);
    exchange(payload, MEGABYTE / 4);
    /* And within what it should have said. */
    memcpy(payload, talk.say, talk.say_length);
    payload[talk.say_length / 2] = '\0';
    exchange(payload, talk.say_length);
}

static void invalid_utf8(void)
{
    static const char wrong[] = "\xC0\x80\xED\xA0\x80\xF5\x80\x80\x80\xFF\xFE"
                                "\xE2\x82 \x80\xF0\x9F\x98\n\xEC\x95\r\n";
    for (size_t i = 0; i < MEGABYTE / 4; i++)
        payload[i] = wrong[i % (sizeof wrong - 1)];
    exchange(payload, MEGABYTE / 4);
}

static void floods(void)
{
    for (size_t i = 0; i < MEGABYTE; i++)
        payload[i] = (char)chance(256);
    for (size_t i = MEGABYTE; i < sizeof payload; i++)
        payload[i] = payload[i - MEGABYTE + 1];
    exchange(payload, sizeof payload);
}

static void nonsense(void)
{
    unsigned first = seed;
    for (int i = 0; i < 200; i++) {
        int fd = knock();
        size_t length = chance(300);
        for (size_t k = 0; k < length; k++)
            payload[k] = (char)chance(256);
        size_t prefix = chance(2) ? 0 : chance((unsigned)talk.say_length + 1);
        memcpy(payload, talk.say, prefix);
        send_within(fd, payload, length, patience);
        if (chance(3) == 0) {
            shutdown(fd, SHUT_WR);
            if (!read_to_end(fd, patience))
                fail("connection %d with seed %u does not end", i, first);
        }
        if (chance(2))
            reset(fd);
        else
            close(fd);
    }
}

static void urgent_bytes(void)
{
    int fd = knock();
    for (int i = 0; i < 20; i++)
        send(fd, "!", 1, MSG_OOB | MSG_NOSIGNAL);
    must_sleep();
    close(fd);
}

/* -------------------------------------------------------------- many -- */

static void connects_1000_times(void)
{
    for (int i = 0; i < 1000; i++) {
        int fd = knock();
        if (i % 3 == 1)
            send_within(fd, talk.say, talk.say_length, patience);
        if (i % 3 == 2)
            reset(fd);
        else
            close(fd);
    }
}

/* Neither waits for an answer nor ends what it has begun. */
static void port_scan(void)
{
    union address to = server_address;
    /* The port stands at the same place in both families. */
    int port = ntohs(to.in.sin_port);
    for (int round = 0; round < 5; round++)
        for (int other = port - 20; other <= port + 20; other++) {
            int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
            to.in.sin_port = htons((in_port_t)other);
            (void)connect(fd, &to.any, server_address_length);
            if (other == port && round == 0)
                must_sleep(); /* one that is seen */
            reset(fd);
        }
}

/* The smallest number that is free, in the process with the most. */
static unsigned first_free_descriptor(pid_t pid)
{
    char path[64];
    for (unsigned fd = 0;; fd++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%u", (int)pid, fd);
        if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
            return fd;
    }
}

/* The server's limit is lowered to what it has, so that each accept, or what
 * comes next, is an EMFILE. Those who knock may wait; the server must not
 * spend its time on looking. With the limit raised again they are served. */
static void no_descriptor_left(void)
{
    enum { CLIENTS = 5, WATCHED_MS = 400 };
    struct visitor v[CLIENTS];
    struct rlimit usual, none;
    if (prlimit(server_pid, RLIMIT_NOFILE, NULL, &usual) == -1)
        fail("prlimit: %s", strerror(errno));
    none = usual;
    none.rlim_cur = first_free_descriptor(server_pid);
    prlimit(server_pid, RLIMIT_NOFILE, &none, NULL);

    long long ticks = look().ticks;
    for (int i = 0; i < CLIENTS; i++)
        come(&v[i]);
    for (long long end = now_ms() + WATCHED_MS; now_ms() < end; rest_ms(10))
        must_live();
    ticks = look().ticks - ticks;
    prlimit(server_pid, RLIMIT_NOFILE, &usual, NULL);

    long per_second = sysconf(_SC_CLK_TCK);
    if (ticks * 10 > per_second * WATCHED_MS / 1000 + 10)
        fail("the server spent %lld of %d ms on looking",
             ticks * 1000 / per_second, WATCHED_MS);
    for (long long end = now_ms() + 2LL * patience;;) {
        int served = 0;
        for (int i = 0; i < CLIENTS; i++) {
            if (v[i].fd != -1)
                move(&v[i], true);
            if (v[i].wrong != NULL && !(talk.find && talk.ends))
                fail("one who had to wait is not served: %s", v[i].wrong);
            served += v[i].fd == -1;
        }
        if (served == CLIENTS)
            return;
        if (now_ms() > end)
            fail("of %d who had to wait only %d are served", CLIENTS, served);
        rest_ms(1);
    }
}

/* ---------------------------------------------------------- datagrams -- */

/* There and back, whole. One may be lost on the way. */
static void exchange_datagram(const char *bytes, size_t length)
{
    static char heard[65536];
    int fd = knock();
    for (int i = 0; i < 5; i++) {
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        if (send(fd, bytes, length, 0) == -1)
            fail("send %zu bytes: %s", length, strerror(errno));
        if (poll(&wanted, 1, patience / 5) != 1)
            continue;
        ssize_t n = recv(fd, heard, sizeof heard, 0);
        if (n != (ssize_t)length || memcmp(heard, bytes, length) != 0)
            fail("of %zu bytes %zd came back, or others", length, n);
        close(fd);
        return;
    }
    fail("%zu bytes do not come back", length);
}

static void an_empty_datagram(void)
{
    exchange_datagram("", 0);
}

static void the_largest_datagram(void)
{
    memset(payload, 'x', 65507);
    exchange_datagram(payload, 65507);
}

static void datagrams_of_nul_bytes(void)
{
    memset(payload, 0, 1000);
    exchange_datagram(payload, 1000);
    exchange_datagram("a\0b", 3);
}

static void datagrams_of_invalid_utf8(void)
{
    exchange_datagram("\xC0\x80\xED\xA0\x80\xFF\n\xEC\x95", 9);
}

/* The answer finds no socket: an ICMP message tells the server. */
static void leaves_before_the_answer(void)
{
    for (int i = 0; i < 200; i++) {
        int fd = knock();
        send(fd, talk.say, talk.say_length, 0);
        close(fd);
    }
}

static void floods_with_datagrams(void)
{
    int fd = knock();
    memset(payload, 'x', 1400);
    for (int i = 0; i < 20000; i++)
        send(fd, payload, chance(1400), 0);
    must_serve(patience); /* while the answers lie there, unread */
    must_sleep();
    close(fd);
}

static void a_thousand_senders(void)
{
    enum { SENDERS = 1000 };
    for (int i = 0; i < SENDERS; i++)
        send(knock(), talk.say, talk.say_length, 0);
    must_serve(patience);
    must_sleep();
}

static void nonsense_in_datagrams(void)
{
    int fd = knock();
    for (int i = 0; i < 500; i++) {
        size_t length = chance(2000);
        for (size_t k = 0; k < length; k++)
            payload[k] = (char)chance(256);
        send(fd, payload, length, 0);
    }
    close(fd);
}

static void scan_with_datagrams(void)
{
    union address to = server_address;
    int port = ntohs(to.in.sin_port);
    int fd = socket(to.any.sa_family, SOCK_DGRAM, 0);
    for (int other = port - 20; other <= port + 20; other++) {
        to.in.sin_port = htons((in_port_t)other);
        sendto(fd, "", 0, 0, &to.any, server_address_length);
    }
    close(fd);
}

/* --------------------------------------------------------------------- */

enum where { ANYWHERE, TCP_ONLY, CHAT_ONLY, DATAGRAMS };

static const struct kind {
    const char *name;
    void (*act)(void);
    enum where where;
} kinds[] = {
    {"leaves at once", leaves_at_once, ANYWHERE},
    {"half-closes at once", half_closes_at_once, ANYWHERE},
    {"half-closes in mid-request", half_closes_in_mid_request, ANYWHERE},
    {"closes with the answer unread", closes_with_an_answer_unread, ANYWHERE},
    {"resets while it waits in the queue", resets_in_the_queue, ANYWHERE},
    {"resets at once", resets_at_once, ANYWHERE},
    {"resets in mid-request", resets_in_mid_request, ANYWHERE},
    {"resets before the answer", resets_before_the_answer, ANYWHERE},
    {"resets in mid-answer", resets_in_mid_answer, ANYWHERE},
    {"resets after a half-close", resets_after_a_half_close, ANYWHERE},
    {"resets with all buffers full", resets_with_all_buffers_full, ANYWHERE},
    {"one byte at a time", one_byte_at_a_time, ANYWHERE},
    {"never writes", never_writes, ANYWHERE},
    {"stops in mid-request", stops_in_mid_request, ANYWHERE},
    {"never reads", never_reads, ANYWHERE},
    {"half-closes and never reads", half_closes_and_never_reads, ANYWHERE},
    {"one of three never reads", one_of_three_never_reads, CHAT_ONLY},
    {"1 MB without a newline", a_megabyte_without_newline, ANYWHERE},
    {"newlines only", newlines_only, ANYWHERE},
    {"NUL bytes", nul_bytes, ANYWHERE},
    {"invalid UTF-8", invalid_utf8, ANYWHERE},
    {"floods", floods, ANYWHERE},
    {"nonsense", nonsense, ANYWHERE},
    {"urgent bytes", urgent_bytes, TCP_ONLY},
    {"connects 1,000 times", connects_1000_times, ANYWHERE},
    {"port scan", port_scan, TCP_ONLY},
    {"no descriptor left", no_descriptor_left, ANYWHERE},
    {"an empty datagram", an_empty_datagram, DATAGRAMS},
    {"the largest datagram", the_largest_datagram, DATAGRAMS},
    {"NUL bytes", datagrams_of_nul_bytes, DATAGRAMS},
    {"invalid UTF-8", datagrams_of_invalid_utf8, DATAGRAMS},
    {"leaves before the answer", leaves_before_the_answer, DATAGRAMS},
    {"never writes", never_writes, DATAGRAMS},
    {"never reads and floods", floods_with_datagrams, DATAGRAMS},
    {"1,000 senders", a_thousand_senders, DATAGRAMS},
    {"nonsense", nonsense_in_datagrams, DATAGRAMS},
    {"port scan", scan_with_datagrams, DATAGRAMS},
};

static void begin(char *const argv[])
{
    doing = "a good client";
    start_server(argv);
    for (int i = 0; i < 20; i++)
        must_serve(2 * patience);
    for (int i = 0; i < 2; i++) { /* what it has when it has nothing to do */
        must_sleep();
        before = look();
    }
}

void hostile(char *const argv[], const char *only)
{
    int failures = 0, played = 0;
    begin(argv);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind *kind = &kinds[i];
        if ((only != NULL && strcmp(only, kind->name) != 0) ||
            (kind->where == DATAGRAMS) != talk.datagrams ||
            (kind->where == TCP_ONLY && !is_tcp()) ||
            (kind->where == CHAT_ONLY && !talk.chat))
            continue;
        /* A process of its own: whatever it has open ends with it. */
        long long start = now_ms();
        int status = 0;
        doing = kind->name;
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            kind->act();
            _exit(0);
        }
        if (pid == -1 || waitpid(pid, &status, 0) != pid)
            fail("fork: %s", strerror(errno));
        pid = status == 0 ? fork() : -1;
        if (pid == 0) {
            must_serve(2 * patience);
            must_settle(0);
            must_not_grow();
            _exit(0);
        }
        if (pid != -1 && waitpid(pid, &status, 0) != pid)
            fail("waitpid: %s", strerror(errno));
        played++;
        if (status != 0) {
            int how;
            if (has_ended(&how))
                fprintf(stderr, "%s: the server ended, wait status %#x\n",
                        kind->name, (unsigned)how);
            failures++;
            stop_server();
            begin(argv);
        }
        printf("%-36s%s %5lld ms\n", kind->name,
               status == 0 ? "ok    " : "FAILED", now_ms() - start);
    }
    stop_server();
    if (played == 0)
        fail("there is no such kind");
    if (failures > 0)
        _exit(1);
}

/* ------------------------------------------------------- many good ones -- */

/* Descriptors, processes and memory are as they were. A leak of 64 bytes a
 * client would be 640 KB. */
void one_after_another(char *const argv[], int count)
{
    enum { WARM = 500, GROWTH_KIB = 400 };
    begin(argv);
    doing = "one after another";
    for (int i = 0; i < WARM; i++)
        must_serve(2 * patience);
    must_settle(0);
    before = look();
    long long start = now_ms();
    for (int i = 0; i < count; i++) {
        const char *wrong = visit(2 * patience);
        if (wrong != NULL)
            fail("client %d: %s", i, wrong);
    }
    long long took = now_ms() - start;
    must_settle(0);
    must_live();
    long growth = look().kib - before.kib;
    printf("%d clients one after another in %lld ms, %+ld KiB\n", count, took,
           growth);
    if (growth > GROWTH_KIB)
        fail("after %d clients the server has %ld KiB more", count, growth);
    stop_server();
}

/* So many at once: where the server can, all of them are connected and have
 * their answer before the first leaves. */
void at_once(char *const argv[], int count)
{
    struct visitor *v = calloc((size_t)count, sizeof *v);
    struct pollfd *wanted = calloc((size_t)count, sizeof *wanted);
    if (v == NULL || wanted == NULL)
        fail("no memory");
    begin(argv);
    doing = "many at once";
    long long start = now_ms();
    for (int i = 0; i < count; i++)
        come(&v[i]);
    bool may_leave = talk.in_turn || talk.ends, open_now = may_leave;
    int here = count, content = 0;
    while (here > 0) {
        if (now_ms() - start > 4L * patience)
            fail("of %d at once %d have an answer, %d have left", count,
                 content, count - here);
        for (int i = 0; i < count; i++)
            wanted[i] = (struct pollfd){.fd = v[i].fd, .events = wants(&v[i])};
        poll(wanted, (nfds_t)count, open_now ? 0 : patience);
        here = content = 0;
        for (int i = 0; i < count; i++) {
            if (v[i].fd != -1 && (wanted[i].revents || may_leave))
                move(&v[i], may_leave);
            if (v[i].wrong != NULL)
                fail("one of %d at once: %s", count, v[i].wrong);
            here += v[i].fd != -1;
            content += v[i].content;
        }
        /* When the last one has its answer, nobody will move by itself. */
        open_now = !may_leave && content == count;
        may_leave = may_leave || open_now;
    }
    long long took = now_ms() - start;
    must_serve(2 * patience);
    must_settle(0);
    printf("%d at once in %lld ms\n", count, took);
    stop_server();
    free(v);
    free(wanted);
}
