/*
 * dial.c - call a service by the names of its host and of itself, and print
 * what it says.
 *
 *   build  cc -I../../../../common dial.c ../../../../common/error.c -o dial
 *   run    ./dial HOST SERVICE           names or numbers
 *   read   getaddrinfo(3), getnameinfo(3), connect(2), recv(2)
 */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* An IPv6 address has at most 45 characters, a link's name behind its % at
 * most 16, and a port 5. */
enum { HOST_SIZE = 64, SERVICE_SIZE = 8 };

/* A socket that is connected to ai, or -1 and a report. */
static int call(const struct addrinfo *ai)
{
    char host[HOST_SIZE], port[SERVICE_SIZE];
    int error = getnameinfo(ai->ai_addr, ai->ai_addrlen, host, sizeof host,
                            port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0)
        die_gai(error, "getnameinfo");

    int sockfd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
    if (sockfd == -1) {
        report("socket for %s", host);
        return -1;
    }
    if (connect(sockfd, ai->ai_addr, ai->ai_addrlen) == -1) {
        report(ai->ai_family == AF_INET6 ? "connect [%s]:%s" : "connect %s:%s",
               host, port);
        close(sockfd); /* the next address needs a new one */
        return -1;
    }
    printf("connected to %s port %s\n", host, port);
    return sockfd;
}

/* All that comes, up to the end. False, and a report, if there was no end. */
static bool print_all(int sockfd)
{
    char data[4096];
    for (;;) {
        ssize_t n = recv(sockfd, data, sizeof data, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            report("recv");
        if (n <= 0)
            return n == 0;
        fwrite(data, 1, (size_t)n, stdout);
        fflush(stdout); /* it may be a part of a line */
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("dial HOST SERVICE");
    const char *host = argv[1], *service = argv[2];
    if (!isalpha((unsigned char)service[0]))
        parse_port(service); /* getaddrinfo is not so strict */

    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int error = getaddrinfo(host, service, &hints, &list);
    if (error != 0)
        die_gai(error, "getaddrinfo %s %s", host, service);

    int sockfd = -1;
    for (struct addrinfo *ai = list; ai != NULL && sockfd == -1;
         ai = ai->ai_next)
        sockfd = call(ai);
    freeaddrinfo(list);
    if (sockfd == -1)
        return 1;

    bool complete = print_all(sockfd);
    close(sockfd);
    return complete ? 0 : 1;
}
