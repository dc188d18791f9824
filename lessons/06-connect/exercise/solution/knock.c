/*
 * knock.c - knock at ports: open, refused, or timed out?
 *
 *   build  cc -I../../../../common knock.c ../../../../common/error.c \
 *             -o knock
 *   run    ./knock [-w MS] HOST PORT...      MS is 1000 if not given
 *   read   connect(2), socket(7) on SO_SNDTIMEO
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"

static const char synopsis[] = "knock [-w MS] HOST PORT...";

/* Connect a new socket to server and close it. 0 or the error of connect. */
static int knock(const struct sockaddr_in *server, long ms)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* Alone, connect waits about two minutes for an answer. */
    struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    if (setsockopt(sockfd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == -1)
        die("setsockopt SO_SNDTIMEO");

    int error = 0;
    if (connect(sockfd, (const struct sockaddr *)server, sizeof *server) == -1)
        error = errno;

    /* After a failure a socket is of no more use. After a success neither:
     * it has its peer, and the next port needs another one. */
    close(sockfd);
    return error;
}

static bool is_open(const struct sockaddr_in *server, long ms)
{
    in_port_t port = ntohs(server->sin_port);

    /* A signal is no answer. That connection may still come to be, so its
     * socket is no good for a second knock: take another one. */
    int error;
    do
        error = knock(server, ms);
    while (error == EINTR);

    switch (error) {
    case 0:
        printf("%u open\n", port);
        return true;
    case ECONNREFUSED:
        printf("%u refused\n", port);
        return false;
    case EINPROGRESS: /* our limit is over, */
    case ETIMEDOUT:   /* or the kernel's own */
        printf("%u timed out\n", port);
        return false;
    default:
        errno = error;
        report("connect to port %u", port);
        return false;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    long ms = 1000;
    for (int option; (option = getopt(argc, argv, "w:")) != -1;) {
        if (option != 'w')
            usage(synopsis);
        ms = parse_number(optarg, 1, 60000, "MS");
    }
    if (argc - optind < 2)
        usage(synopsis);
    const char *host = argv[optind];
    struct sockaddr_in server = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    bool all_open = true;
    for (int i = optind + 1; i < argc; i++) {
        server.sin_port = htons(parse_port(argv[i]));
        if (!is_open(&server, ms))
            all_open = false;
    }
    return all_open ? 0 : 1;
}
