/*
 * sockopts.c - a table of a TCP socket's options, after some of them were set.
 *
 *   build  cc -I../../../../common sockopts.c ../../../../common/error.c \
 *             -o sockopts
 *   run    ./sockopts PORT [NAME=VALUE]...
 *   read   getsockopt(2), socket(7), ip(7), tcp(7)
 */
#define _DEFAULT_SOURCE /* TCP_KEEPIDLE: POSIX has it since 2024 only */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"

/* How a value is given, what type the kernel has for it, how it is shown. */
enum kind { SWITCH, NUMBER, LINGER, TIME };

struct option {
    const char *name;
    int level;
    int option;
    enum kind kind;
};

static const struct option options[] = {
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, SWITCH},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, SWITCH},
    {"SO_LINGER", SOL_SOCKET, SO_LINGER, LINGER},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, NUMBER},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, NUMBER},
    {"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, TIME},
    {"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, TIME},
    {"SO_TYPE", SOL_SOCKET, SO_TYPE, NUMBER},
    {"IP_TTL", IPPROTO_IP, IP_TTL, NUMBER},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, SWITCH},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, NUMBER},
};
enum { OPTIONS = sizeof options / sizeof options[0] };

/* A value of any kind, and how many bytes of it the kernel is to look at. */
union value {
    int number;
    struct linger linger;
    struct timeval time;
};

static socklen_t size_of(enum kind kind)
{
    return kind == LINGER ? sizeof(struct linger)
           : kind == TIME ? sizeof(struct timeval)
                          : sizeof(int);
}

/* The option that NAME=VALUE speaks of. */
static const struct option *option_of(const char *wish)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        size_t length = strlen(options[i].name);
        if (strncmp(wish, options[i].name, length) == 0 && wish[length] == '=')
            return &options[i];
    }
    refuse("%s: NAME=VALUE is needed, with a name of the table", wish);
}

/* The kernel may say no; then there is a report, and false. */
static bool set(int sockfd, const struct option *option, long wish)
{
    union value value = {0};
    if (option->kind == LINGER)
        value.linger = (struct linger){.l_onoff = 1, .l_linger = (int)wish};
    else if (option->kind == TIME)
        value.time = (struct timeval){.tv_sec = wish / 1000,
                                      .tv_usec = wish % 1000 * 1000};
    else
        value.number = (int)wish;
    if (setsockopt(sockfd, option->level, option->option, &value,
                   size_of(option->kind)) == 0)
        return true;
    report("setsockopt %s", option->name);
    return false;
}

static void print_value(enum kind kind, const union value *value)
{
    if (kind == SWITCH)
        printf("%s\n", value->number != 0 ? "on" : "off");
    else if (kind == NUMBER)
        printf("%d\n", value->number);
    else if (kind == TIME)
        printf("%ld ms\n", (long)value->time.tv_sec * 1000 +
                               (long)value->time.tv_usec / 1000);
    else if (value->linger.l_onoff != 0)
        printf("%d s\n", value->linger.l_linger);
    else
        printf("off\n");
}

static void print_row(int sockfd, const struct option *option)
{
    union value value = {0};
    socklen_t len = size_of(option->kind); /* in: the room, out: the bytes */
    printf("%s %s ", option->name,
           option->level == SOL_SOCKET   ? "SOL_SOCKET"
           : option->level == IPPROTO_IP ? "IPPROTO_IP"
                                         : "IPPROTO_TCP");
    if (getsockopt(sockfd, option->level, option->option, &value, &len) == 0)
        print_value(option->kind, &value);
    else if (errno == ENOPROTOOPT)
        printf("unknown\n");
    else
        die("getsockopt %s", option->name);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("sockopts PORT [NAME=VALUE]...");
    in_port_t port = parse_port(argv[1]);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* Before bind, which looks at SO_REUSEADDR. */
    bool all_were_set = true;
    for (int i = 2; i < argc; i++) {
        const struct option *option = option_of(argv[i]);
        long value =
            parse_number(strchr(argv[i], '=') + 1, 0, 1000000000, option->name);
        if (!set(sockfd, option, value))
            all_were_set = false;
    }
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);

    for (size_t i = 0; i < OPTIONS; i++)
        print_row(sockfd, &options[i]);
    close(sockfd);
    return all_were_set ? 0 : 1;
}
