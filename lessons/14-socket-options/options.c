/*
 * options.c - for each option: what a new socket has, what we set, what the
 * kernel made of it.
 *
 *   build  cc -I../../common options.c ../../common/error.c -o options
 *   run    ./options
 *   read   getsockopt(2), socket(7), tcp(7)
 */
#define _DEFAULT_SOURCE /* TCP_KEEPIDLE: POSIX has it since 2024 only */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"

/* Most options are an int. For a switch, 0 is off and all else is on. */
static const struct {
    const char *name;
    int level;  /* whose option it is: the socket layer's, or a protocol's */
    int option; /* which of them */
    int wish;
} options[] = {
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1},
    {"SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, 1},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, 10000},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, 10000},
    {"SO_TYPE", SOL_SOCKET, SO_TYPE, SOCK_DGRAM},
    {"IP_TTL", IPPROTO_IP, IP_TTL, 5},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 60},
};

static int value_of(int sockfd, int level, int option, const char *name)
{
    int value = 0;
    socklen_t len = sizeof value; /* in: the room, out: what was filled */
    if (getsockopt(sockfd, level, option, &value, &len) == -1)
        die("getsockopt %s", name);
    return value;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("options");
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int level = options[i].level, option = options[i].option;
        int wish = options[i].wish;
        printf("%s: %d, ", options[i].name,
               value_of(sockfd, level, option, options[i].name));
        printf("we set %d, ", wish);
        if (setsockopt(sockfd, level, option, &wish, sizeof wish) == -1)
            report("setsockopt %s", options[i].name);
        printf("now %d\n", value_of(sockfd, level, option, options[i].name));
    }

    /* Two options are a struct: a switch with a number, and a time. */
    struct linger linger = {.l_onoff = 1, .l_linger = 2};
    if (setsockopt(sockfd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == -1)
        die("setsockopt SO_LINGER");
    socklen_t len = sizeof linger;
    if (getsockopt(sockfd, SOL_SOCKET, SO_LINGER, &linger, &len) == -1)
        die("getsockopt SO_LINGER");
    printf("SO_LINGER: l_onoff %d, l_linger %d\n", linger.l_onoff,
           linger.l_linger);

    struct timeval time = {.tv_sec = 1, .tv_usec = 500000};
    if (setsockopt(sockfd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == -1)
        die("setsockopt SO_RCVTIMEO");
    len = sizeof time;
    if (getsockopt(sockfd, SOL_SOCKET, SO_RCVTIMEO, &time, &len) == -1)
        die("getsockopt SO_RCVTIMEO");
    printf("SO_RCVTIMEO: tv_sec %ld, tv_usec %ld\n", (long)time.tv_sec,
           (long)time.tv_usec);

    close(sockfd);
    return 0;
}
