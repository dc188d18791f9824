/*
 * reserve.c - hold a port for TCP and for UDP, and tell which one it is.
 *
 *   build  cc -I../../../../common reserve.c ../../../../common/error.c \
 *             -o reserve
 *   run    ./reserve [HOST] PORT     default every address; as ./reserve 0
 *   read   bind(2), getsockname(2), ip(7)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* A new socket of that type with that name, or -1: the name is taken. What
 * else can be wrong ends the program. */
static int hold(int type, const char *what, const struct sockaddr_in *name)
{
    char host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &name->sin_addr, host, sizeof host);
    int sockfd = socket(AF_INET, type, 0);
    if (sockfd == -1)
        die("socket %s", what);
    /* The size of what name points to; sizeof name is a pointer's. */
    if (bind(sockfd, (const struct sockaddr *)name, sizeof *name) == 0)
        return sockfd;
    report("bind %s:%u for %s", host, ntohs(name->sin_port), what);
    if (errno != EADDRINUSE)
        exit(EXIT_FAILURE);
    close(sockfd);
    return -1;
}

/* The name that the kernel has for it. */
static struct sockaddr_in name_of(int sockfd)
{
    struct sockaddr_in name;
    socklen_t len = sizeof name;
    if (getsockname(sockfd, (struct sockaddr *)&name, &len) == -1)
        die("getsockname %d", sockfd);
    return name;
}

static void tell(const char *what, const struct sockaddr_in *name)
{
    char host[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &name->sin_addr, host, sizeof host) == NULL)
        die("inet_ntop");
    printf("%s %s:%u\n", what, host, ntohs(name->sin_port));
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2 && argc != 3)
        usage("reserve [HOST] PORT");
    const char *host = argc == 3 ? argv[1] : "0.0.0.0";
    in_port_t port = parse_port(argv[argc - 1]);

    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &name.sin_addr) != 1)
        refuse("\"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int tcpfd, udpfd = -1;
    struct sockaddr_in tcp;
    for (int tries = 0; udpfd == -1; tries++) {
        tcpfd = hold(SOCK_STREAM, "TCP", &name);
        if (tcpfd == -1)
            return 1;
        /* With port 0 the kernel has chosen one. UDP must have the same. */
        tcp = name_of(tcpfd);
        udpfd = hold(SOCK_DGRAM, "UDP", &tcp);
        if (udpfd != -1)
            break;
        /* Bad luck, where any number will do: let this one go. */
        if (port != 0 || tries == 100)
            return 1;
        close(tcpfd);
    }
    struct sockaddr_in udp = name_of(udpfd);
    tell("tcp", &tcp);
    tell("udp", &udp);

    /* The names are ours as long as the sockets are open. */
    int c;
    while ((c = getchar()) != EOF)
        if (c == '\n') {
            tell("tcp", &tcp);
            tell("udp", &udp);
        }
    close(tcpfd);
    close(udpfd);
    return 0;
}
