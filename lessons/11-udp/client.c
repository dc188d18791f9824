/*
 * client.c - send each line as a datagram and wait for the answer to it.
 *
 *   build  cc -I../../common client.c ../../common/error.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; it ends at
 *                                        the end of its input; status 1 if a
 *                                        line had no answer
 *   read   udp(7), sendto(2), recvfrom(2); lesson 13 explains getaddrinfo(3)
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "name.h"

enum { PATIENCE = 1000 /* ms */ };

/* What the network sent is shown on one line, and leaves the terminal alone. */
static void print_bytes(const char *data, size_t len)
{
    putchar('"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c < ' ' || c == 0x7f)
            printf("\\x%02X", c);
        else if (c == '"' || c == '\\')
            printf("\\%c", c);
        else
            putchar(c);
    }
    puts("\"");
}

static long now(void) /* in ms */
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* Wait for the answer, but not for ever: the question or the answer may be
 * lost, and nobody would tell us. True if it came. */
static bool receive_answer(int sockfd, const char *server)
{
    long deadline = now() + PATIENCE, left;
    while ((left = deadline - now()) > 0) {
        struct pollfd answer = {.fd = sockfd, .events = POLLIN};
        if (poll(&answer, 1, (int)left) == -1 && errno != EINTR)
            die("poll");
        if (answer.revents == 0)
            continue;

        static char data[65536];
        char name[NAME_SIZE];
        struct sockaddr_storage from;
        socklen_t fromlen = sizeof from;
        ssize_t n = recvfrom(sockfd, data, sizeof data, MSG_DONTWAIT,
                             (struct sockaddr *)&from, &fromlen);
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1)
            die("recvfrom %s", server);

        /* This socket takes datagrams from everybody. Who is it? */
        name_of(&from, fromlen, name);
        if (strcmp(name, server) != 0) {
            fprintf(stderr, "client: %s sent %zd bytes; we asked %s\n", name, n,
                    server);
            continue;
        }
        printf("received %zd bytes from %s: ", n, name);
        print_bytes(data, (size_t)n);
        return true;
    }
    fprintf(stderr, "client: no answer from %s within %d ms\n", server,
            PATIENCE);
    return false;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    const char *port = argc > 2 ? argv[2] : "5000";
    parse_port(port);

    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *server;
    int code = getaddrinfo(host, port, &hints, &server);
    if (code != 0)
        die_gai(code, "getaddrinfo %s", host);
    char name[NAME_SIZE], own_name[NAME_SIZE];
    struct sockaddr_storage peer;
    socklen_t peerlen = server->ai_addrlen;
    memcpy(&peer, server->ai_addr, peerlen);
    name_of(&peer, peerlen, name);

    int sockfd =
        socket(server->ai_family, server->ai_socktype, server->ai_protocol);
    if (sockfd == -1)
        die("socket for %s", name);
    freeaddrinfo(server);

    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool all_answered = true;
    while (!ferror(stdout) && (len = getline(&line, &size, stdin)) != -1) {
        if (len > 0 && line[len - 1] == '\n')
            len--;

        /* No connect: each datagram carries its address. It goes as a whole,
         * or not at all (EMSGSIZE for a line that is too long). */
        ssize_t n;
        do
            n = sendto(sockfd, line, (size_t)len, 0, (struct sockaddr *)&peer,
                       peerlen);
        while (n == -1 && errno == EINTR);
        if (n == -1) {
            report("sendto %s", name);
            all_answered = false;
            continue;
        }
        /* We have not called bind. The first sendto gave us a port. */
        struct sockaddr_storage own;
        socklen_t ownlen = sizeof own;
        if (getsockname(sockfd, (struct sockaddr *)&own, &ownlen) == -1)
            die("getsockname");
        name_of(&own, ownlen, own_name);
        printf("sent %zd bytes from %s to %s\n", n, own_name, name);

        if (!receive_answer(sockfd, name))
            all_answered = false;
    }
    bool broken = ferror(stdin) != 0;
    if (broken)
        report("read standard input");
    free(line);
    close(sockfd);
    return all_answered && !broken ? 0 : 1;
}
