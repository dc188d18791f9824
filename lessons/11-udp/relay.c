/*
 * relay.c - stand between UDP clients and their server, and be the weather.
 *
 *   build  cc -I../../common relay.c ../../common/error.c -o relay
 *   run    ./relay PORT HOST SERVER-PORT [WEATHER]...
 *          clients send to PORT as if the server were there; until Ctrl-C
 *   read   udp(7), poll(2), connect(2) for datagrams
 *
 * WEATHER is any of these words. Rates are per cent of the datagrams.
 *   loss=RATE      they never arrive
 *   cut=RATE       they arrive shorter
 *   dup=RATE       they arrive twice
 *   delay=RATE     they arrive later, by ms=MS
 *   reorder=RATE   the next one overtakes them; after ms=MS they go anyway
 *   ms=MS          default 100
 *   way=WAY        there (to the server), back (from it) or both: the default
 *   seed=N         the same seed gives the same run
 *   at=HOST        where the clients send to; default 127.0.0.1
 *
 * What happens to datagram n of client c depends on the seed, on c, on n and
 * on the way it goes; not on the time, and not on the other clients.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "name.h"

enum {
    MAX_CLIENTS = 1000, /* after that, the one longest silent is forgotten */
    MAX_WAITING = 1000, /* after that, nothing is held back */
    MAX_AT_ONCE = 32,   /* from one socket, before the others' turn */
    MAX_DATAGRAM = 65536
};

enum kind { LOSS, CUT, DUP, DELAY, REORDER, KINDS };
static const char *const kind_names[KINDS] = {"loss", "cut", "dup", "delay",
                                              "reorder"};
enum way { THERE, BACK, WAYS };
static const char *const way_names[WAYS] = {"there", "back"};

static struct {
    long rate[KINDS];
    long ms;
    long seed;
    bool has_way[WAYS];
} weather = {.ms = 100, .has_way = {true, true}};

struct address {
    struct sockaddr_storage storage;
    socklen_t len;
};

struct client {
    int fd; /* connected to the server; -1: this place is free */
    struct address address;
    unsigned long number;      /* the first is 1 */
    unsigned long count[WAYS]; /* of its datagrams so far */
    unsigned long last_heard;
};

/* A datagram that waits for its time, or to be overtaken. */
struct waiting {
    unsigned long client; /* its number */
    unsigned long number;
    enum way way;
    bool until_next;
    long due; /* ms */
    size_t len;
    char *data;
};

static struct client clients[MAX_CLIENTS];
static struct waiting queue[MAX_WAITING]; /* in the order of arrival */
static size_t queued;
static int listenfd;
static struct address server;
static char server_name[NAME_SIZE];

static long now(void) /* in ms */
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* ------------------------------------------------------------ the dice -- */

/* Each bit of the result depends on each bit of both (splitmix64's steps). */
static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a + (b + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

/* A number that only its arguments and the seed decide. Copy is 0, and 1 for
 * a datagram's double. */
static uint64_t roll(const struct client *client, enum way way, enum kind kind,
                     unsigned copy)
{
    uint64_t dice = mix((uint64_t)weather.seed, client->number);
    dice = mix(dice, client->count[way]);
    return mix(dice, (unsigned)way + 2U * (unsigned)kind + 100U * copy);
}

static bool strikes(enum kind kind, const struct client *client, enum way way,
                    unsigned copy)
{
    return weather.has_way[way] &&
           roll(client, way, kind, copy) % 100 < (uint64_t)weather.rate[kind];
}

/* ------------------------------------------------------------- sending -- */

static void send_now(const struct client *client, enum way way,
                     const char *data, size_t len)
{
    /* A connected socket tells us, once and late, that a datagram before this
     * one found nobody (ECONNREFUSED). This one has not gone then. */
    ssize_t n;
    int refused = 0;
    do
        n = way == THERE
                ? send(client->fd, data, len, 0)
                : sendto(listenfd, data, len, 0,
                         (const struct sockaddr *)&client->address.storage,
                         client->address.len);
    while (n == -1 &&
           (errno == EINTR || (errno == ECONNREFUSED && refused++ == 0)));
    if (n == -1)
        report("send %s for client %lu", way_names[way], client->number);
}

static void forget(size_t i)
{
    free(queue[i].data);
    queued--;
    memmove(&queue[i], &queue[i + 1], (queued - i) * sizeof queue[0]);
}

static struct client *find_number(unsigned long number)
{
    for (size_t i = 0; i < MAX_CLIENTS; i++)
        if (clients[i].fd != -1 && clients[i].number == number)
            return &clients[i];
    return NULL;
}

static void let_go(size_t i)
{
    struct waiting waiting = queue[i];
    const struct client *client = find_number(waiting.client);
    if (client != NULL) {
        printf("client %lu %s %lu: goes on\n", waiting.client,
               way_names[waiting.way], waiting.number);
        send_now(client, waiting.way, waiting.data, waiting.len);
    }
    forget(i);
}

static bool make_wait(const struct client *client, enum way way,
                      const char *data, size_t len, bool until_next)
{
    char *copy = queued < MAX_WAITING ? malloc(len > 0 ? len : 1) : NULL;
    if (copy == NULL)
        return false;
    memcpy(copy, data, len);
    queue[queued++] = (struct waiting){.client = client->number,
                                       .number = client->count[way],
                                       .way = way,
                                       .until_next = until_next,
                                       .due = now() + weather.ms,
                                       .len = len,
                                       .data = copy};
    return true;
}

/* Let the weather at a datagram that has just come, and say what it did. */
static void relay(struct client *client, enum way way, const char *data,
                  size_t len)
{
    client->count[way]++;
    printf("client %lu %s %lu: %zu bytes", client->number, way_names[way],
           client->count[way], len);
    if (strikes(LOSS, client, way, 0)) {
        puts(", lost");
        return;
    }
    if (len > 0 && strikes(CUT, client, way, 0)) {
        len = (size_t)(roll(client, way, CUT, 1) % len);
        printf(", cut to %zu", len);
    }
    unsigned copies = strikes(DUP, client, way, 0) ? 2 : 1;
    if (copies == 2)
        printf(", doubled");

    unsigned going = 0;
    for (unsigned copy = 0; copy < copies; copy++) {
        bool late = strikes(DELAY, client, way, copy);
        bool overtaken = !late && strikes(REORDER, client, way, copy);
        if (!late && !overtaken)
            going++;
        else if (make_wait(client, way, data, len, overtaken))
            printf(late ? ", delayed" : ", held back");
        else {
            printf(", no room to wait");
            going++;
        }
    }
    putchar('\n');

    for (unsigned i = 0; i < going; i++)
        send_now(client, way, data, len);
    for (size_t i = 0; going > 0 && i < queued;)
        if (queue[i].until_next && queue[i].client == client->number &&
            queue[i].way == way && queue[i].number < client->count[way])
            let_go(i);
        else
            i++;
}

/* ------------------------------------------------------------- clients -- */

static void drop(struct client *client)
{
    close(client->fd);
    client->fd = -1;
    for (size_t i = 0; i < queued;)
        if (queue[i].client == client->number)
            forget(i);
        else
            i++;
}

/* Towards the server, each client is a socket of its own, so that answers
 * find their way back. Connected, it hears the server and nobody else. */
static int socket_to_server(void)
{
    int fd = socket(server.storage.ss_family, SOCK_DGRAM, 0);
    if (fd != -1 && connect(fd, (const struct sockaddr *)&server.storage,
                            server.len) == -1) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* The client at this address, known or new. NULL: no room for it now. */
static struct client *client_at(const struct address *address)
{
    static unsigned long seen, moment;
    struct client *place = NULL, *oldest = NULL;
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        struct client *client = &clients[i];
        if (client->fd == -1) {
            if (place == NULL)
                place = client;
        } else if (client->address.len == address->len &&
                   memcmp(&client->address.storage, &address->storage,
                          address->len) == 0) {
            client->last_heard = ++moment;
            return client;
        } else if (oldest == NULL || client->last_heard < oldest->last_heard)
            oldest = client;
    }

    int fd = place != NULL ? socket_to_server() : -1;
    if (oldest != NULL &&
        (place == NULL || (fd == -1 && (errno == EMFILE || errno == ENFILE)))) {
        drop(oldest);
        place = oldest;
        fd = socket_to_server();
    }
    if (fd == -1) {
        report("socket for a new client");
        return NULL;
    }
    *place = (struct client){.fd = fd, .address = *address, .number = ++seen};
    place->last_heard = ++moment;

    char name[NAME_SIZE];
    name_of(&address->storage, address->len, name);
    printf("client %lu is %s\n", seen, name);
    return place;
}

/* ----------------------------------------------------------- receiving -- */

/* Take what has come to fd, but not for ever: others wait as well. */
static void receive(int fd, struct client *client)
{
    for (int i = 0; i < MAX_AT_ONCE; i++) {
        static char data[MAX_DATAGRAM];
        struct address from = {.len = sizeof from.storage};
        ssize_t n = recvfrom(fd, data, sizeof data, MSG_DONTWAIT,
                             (struct sockaddr *)&from.storage, &from.len);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && errno == EAGAIN)
            return;
        if (n == -1 && errno == ECONNREFUSED && client != NULL) {
            printf("client %lu: nobody is at %s\n", client->number,
                   server_name);
            continue;
        }
        if (n == -1 && (errno == EBADF || errno == ENOTSOCK ||
                        errno == EFAULT || errno == EINVAL))
            die("recvfrom");
        if (n == -1) {
            report("recvfrom");
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
            return;
        }
        if (client != NULL)
            relay(client, BACK, data, (size_t)n);
        else {
            struct client *sender = client_at(&from);
            if (sender != NULL)
                relay(sender, THERE, data, (size_t)n);
        }
    }
}

/* How long until a datagram's time has come; -1: none waits. */
static int time_left(void)
{
    long left = -1, at = now();
    for (size_t i = 0; i < queued; i++) {
        long of_this = queue[i].due > at ? queue[i].due - at : 0;
        if (left == -1 || of_this < left)
            left = of_this;
    }
    return (int)left;
}

static void serve(void)
{
    static struct pollfd polled[1 + MAX_CLIENTS];
    static struct client *whose[1 + MAX_CLIENTS];
    polled[0] = (struct pollfd){.fd = listenfd, .events = POLLIN};
    while (!ferror(stdout)) {
        nfds_t count = 1;
        for (size_t i = 0; i < MAX_CLIENTS; i++)
            if (clients[i].fd != -1) {
                whose[count] = &clients[i];
                polled[count++] =
                    (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
            }
        if (poll(polled, count, time_left()) == -1) {
            if (errno == EINTR)
                continue;
            report("poll");
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
            continue;
        }
        for (size_t i = 0; i < queued;)
            if (queue[i].due <= now())
                let_go(i);
            else
                i++;
        /* The clients first: a new one may take the place of an old one. */
        for (nfds_t i = count - 1; i > 0; i--)
            if (polled[i].revents != 0)
                receive(polled[i].fd, whose[i]);
        if (polled[0].revents != 0)
            receive(listenfd, NULL);
    }
}

/* ------------------------------------------------------------ the start -- */

/* The value in word, if it is "name=value"; otherwise NULL. */
static const char *value_of(const char *word, const char *name)
{
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '='
               ? word + length + 1
               : NULL;
}

static void read_weather(const char *word, const char **at)
{
    const char *value;
    for (int kind = 0; kind < KINDS; kind++)
        if ((value = value_of(word, kind_names[kind])) != NULL) {
            weather.rate[kind] = parse_number(value, 0, 100, kind_names[kind]);
            return;
        }
    if ((value = value_of(word, "ms")) != NULL)
        weather.ms = parse_number(value, 0, 60000, "ms");
    else if ((value = value_of(word, "seed")) != NULL)
        weather.seed = parse_number(value, 0, 999999999, "seed");
    else if ((value = value_of(word, "at")) != NULL)
        *at = value;
    else if ((value = value_of(word, "way")) != NULL) {
        bool both = strcmp(value, "both") == 0;
        weather.has_way[THERE] = both || strcmp(value, "there") == 0;
        weather.has_way[BACK] = both || strcmp(value, "back") == 0;
        if (!weather.has_way[THERE] && !weather.has_way[BACK])
            refuse("way \"%s\": must be there, back or both", value);
    } else
        refuse("\"%s\": the weather's words are loss= cut= dup= delay= "
               "reorder= ms= way= seed= at=",
               word);
}

static struct address find_address(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found;
    int code = getaddrinfo(host, port, &hints, &found);
    if (code != 0)
        die_gai(code, "getaddrinfo %s", host);
    struct address address = {.len = found->ai_addrlen};
    memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return address;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 4)
        usage("relay PORT HOST SERVER-PORT [loss=RATE] [cut=RATE] [dup=RATE] "
              "[delay=RATE] [reorder=RATE] [ms=MS] [way=there|back|both] "
              "[seed=N] [at=HOST]");
    const char *at = "127.0.0.1";
    weather.seed = (now() * 1000 + getpid()) % 1000000000;
    parse_port(argv[1]);
    if (parse_port(argv[3]) == 0)
        refuse("server port \"%s\": 0 is nobody's port", argv[3]);
    for (int i = 4; i < argc; i++)
        read_weather(argv[i], &at);

    server = find_address(argv[2], argv[3]);
    name_of(&server.storage, server.len, server_name);
    struct address own = find_address(at, argv[1]);
    listenfd = socket(own.storage.ss_family, SOCK_DGRAM, 0);
    if (listenfd == -1)
        die("socket for %s", at);
    /* What this buffer cannot hold, the kernel drops, and no seed repeats
     * that. So it is as large as the system allows (socket(7)). */
    int room = 1 << 22;
    if (setsockopt(listenfd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == -1)
        die("setsockopt SO_RCVBUF");
    if (bind(listenfd, (struct sockaddr *)&own.storage, own.len) == -1)
        die("bind %s:%s", at, argv[1]);
    own.len = sizeof own.storage;
    if (getsockname(listenfd, (struct sockaddr *)&own.storage, &own.len) == -1)
        die("getsockname");
    char name[NAME_SIZE];
    name_of(&own.storage, own.len, name);
    if (strcmp(name, server_name) == 0)
        refuse("%s: the server cannot be the relay itself", server_name);
    printf("listening on %s\n", name);
    printf("the server is %s, the seed %ld\n", server_name, weather.seed);

    for (size_t i = 0; i < MAX_CLIENTS; i++)
        clients[i].fd = -1;
    serve();
    return 1;
}
