/*
 * server.c - take one byte from each client and give one back, over IPv4 or
 * IPv6: the program does not know which.
 *
 *   build  cc -I../../common server.c ../../common/error.c ../../common/io.c \
 *             ../../common/net.c -o server
 *   run    ./server [PORT [HOST]]        default 5000 127.0.0.1; HOST :: is
 *                                        every address of both families
 *   read   getaddrinfo(3), getnameinfo(3), ipv6(7) on IPV6_V6ONLY
 *
 * It serves one client after the other, until Ctrl-C. A client that says
 * nothing holds up the next one for PATIENCE seconds and no longer.
 */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { PATIENCE = 2, HOST_SIZE = 64, SERVICE_SIZE = 8, NAME_SIZE = 80 };

/* "127.0.0.1:5000", or "[::1]:5000": an IPv6 address has colons of its own. */
static void write_name(char name[NAME_SIZE], const struct sockaddr *address,
                       socklen_t addrlen)
{
    char host[HOST_SIZE], port[SERVICE_SIZE];
    int error = getnameinfo(address, addrlen, host, sizeof host, port,
                            sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0)
        die_gai(error, "getnameinfo");
    snprintf(name, NAME_SIZE,
             address->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

/* A listening socket with the address ai, or -1 and a report. */
static int listen_at(const struct addrinfo *ai)
{
    char name[NAME_SIZE];
    write_name(name, ai->ai_addr, ai->ai_addrlen);
    int listenfd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
    if (listenfd == -1) {
        report("socket for %s", name);
        return -1;
    }
    int on = 1, off = 0;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    /* :: is to be IPv4 as well, whatever this system thinks is usual. */
    if (ai->ai_family == AF_INET6 &&
        setsockopt(listenfd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == -1)
        die("setsockopt IPV6_V6ONLY");
    if (bind(listenfd, ai->ai_addr, ai->ai_addrlen) == -1)
        report("bind %s", name);
    else if (listen(listenfd, SOMAXCONN) == -1)
        report("listen on %s", name);
    else
        return listenfd;
    close(listenfd);
    return -1;
}

/* One byte there, one byte back. */
static void serve(int connfd)
{
    char name[NAME_SIZE], c;
    struct sockaddr_storage peer; /* room for an address of any family */
    socklen_t addrlen = sizeof peer;
    if (getpeername(connfd, (struct sockaddr *)&peer, &addrlen) == -1) {
        report("getpeername of descriptor %d", connfd); /* it has gone */
        return;
    }
    write_name(name, (struct sockaddr *)&peer, addrlen);
    printf("accepted %s\n", name);

    /* Not for ever. Lesson 14 has more about this option. */
    struct timeval patience = {.tv_sec = PATIENCE};
    if (setsockopt(connfd, SOL_SOCKET, SO_RCVTIMEO, &patience,
                   sizeof patience) == -1) {
        report("setsockopt SO_RCVTIMEO for %s", name);
        return;
    }
    ssize_t n;
    do
        n = recv(connfd, &c, 1, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        report("recv from %s", name);
    else if (n == 0)
        printf("%s left without a word\n", name);
    else if (send_all(connfd, &c, 1) == -1)
        report("send to %s", name);
    else
        printf("echoed 1 byte to %s\n", name);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("server [PORT [HOST]]");
    const char *service = argc > 1 ? argv[1] : "5000";
    const char *host = argc > 2 ? argv[2] : "127.0.0.1";
    if (!isalpha((unsigned char)service[0]))
        parse_port(service); /* getaddrinfo is not so strict */

    /* AI_PASSIVE: for bind. Without a host it would stand for all of ours. */
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    int error = getaddrinfo(host, service, &hints, &list);
    if (error != 0)
        die_gai(error, "getaddrinfo %s %s", host, service);

    /* The first that can be had. */
    int listenfd = -1;
    for (struct addrinfo *ai = list; ai != NULL && listenfd == -1;
         ai = ai->ai_next)
        listenfd = listen_at(ai);
    freeaddrinfo(list);
    if (listenfd == -1)
        return 1;

    /* Asked for port 0, the kernel chose one; a client must know it. */
    char name[NAME_SIZE];
    struct sockaddr_storage self;
    socklen_t addrlen = sizeof self;
    if (getsockname(listenfd, (struct sockaddr *)&self, &addrlen) == -1)
        die("getsockname");
    write_name(name, (struct sockaddr *)&self, addrlen);
    printf("listening on %s\n", name);

    while (!ferror(stdout)) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        serve(connfd);
        close(connfd);
        printf("close()\n");
    }
    return 1;
}
