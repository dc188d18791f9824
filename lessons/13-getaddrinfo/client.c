/*
 * client.c - connect to a server by name: to the first of its addresses that
 * answers, of whatever family. Send one byte, take it back.
 *
 *   build  cc -I../../common client.c ../../common/error.c ../../common/io.c \
 *             -o client
 *   run    ./client [HOST [PORT]]        default: this machine, by either
 *                                        family, 5000; PORT can be a name
 *   read   getaddrinfo(3), connect(2)
 */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { HOST_SIZE = 64, SERVICE_SIZE = 8 };

/* A socket that is connected to ai, or -1 and a report. */
static int connect_at(const struct addrinfo *ai)
{
    char host[HOST_SIZE], port[SERVICE_SIZE];
    int error = getnameinfo(ai->ai_addr, ai->ai_addrlen, host, sizeof host,
                            port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0)
        die_gai(error, "getnameinfo");

    /* The list says which socket goes with this address. */
    int sockfd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
    if (sockfd == -1) {
        report("socket for %s", host);
        return -1;
    }
    if (connect(sockfd, ai->ai_addr, ai->ai_addrlen) == -1) {
        report(ai->ai_family == AF_INET6 ? "connect [%s]:%s" : "connect %s:%s",
               host, port);
        /* It is of no more use. The next address needs a socket of its own,
         * perhaps of another family. */
        close(sockfd);
        return -1;
    }
    printf("connected to %s port %s\n", host, port);
    return sockfd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : NULL;
    const char *service = argc > 2 ? argv[2] : "5000";
    if (!isalpha((unsigned char)service[0]))
        parse_port(service); /* getaddrinfo is not so strict */

    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int error = getaddrinfo(host, service, &hints, &list);
    if (error != 0)
        die_gai(error, "getaddrinfo %s %s", host ? host : "NULL", service);

    /* The best address comes first (RFC 6724), but only trying tells. */
    int sockfd = -1;
    for (struct addrinfo *ai = list; ai != NULL && sockfd == -1;
         ai = ai->ai_next)
        sockfd = connect_at(ai);
    freeaddrinfo(list);
    if (sockfd == -1)
        return 1;

    char c = 'A';
    if (send_all(sockfd, &c, 1) == -1)
        die("send 1 byte to the server");
    printf("send 1 byte to server\n");
    ssize_t n = recv_all(sockfd, &c, 1);
    if (n == -1)
        die("recv 1 byte from the server");
    if (n == 0) {
        fprintf(stderr, "client: the server closed without an answer\n");
        return 1;
    }
    printf("recv 1 byte from server\n");
    close(sockfd);
    printf("close()\n");
    return 0;
}
