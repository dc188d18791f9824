/*
 * any-type.c - a client that leaves ai_socktype out of its hints.
 *
 *   build  cc -I../../../common any-type.c ../../../common/error.c -o any-type
 *   run    ./any-type [PORT]             default 5000, where nobody listens
 *   read   getaddrinfo(3) on ai_socktype, udp(7) on connect
 *
 * It is wrong on purpose, in one line: see client.c for the right one.
 */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static const char *name_of_type(int type)
{
    return type == SOCK_STREAM  ? "SOCK_STREAM"
           : type == SOCK_DGRAM ? "SOCK_DGRAM"
                                : "SOCK_RAW";
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("any-type [PORT]");
    const char *port = argc > 1 ? argv[1] : "5000";
    parse_port(port);

    /* Here .ai_socktype = SOCK_STREAM is missing. */
    struct addrinfo hints = {.ai_family = AF_UNSPEC}, *list;
    int error = getaddrinfo("127.0.0.1", port, &hints, &list);
    if (error != 0)
        die_gai(error, "getaddrinfo 127.0.0.1 %s", port);

    printf("127.0.0.1 as");
    for (struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
        printf(" %s", name_of_type(ai->ai_socktype));
    printf("\n");

    /* The loop of client.c. */
    int sockfd = -1;
    for (struct addrinfo *ai = list; ai != NULL && sockfd == -1;
         ai = ai->ai_next) {
        const char *type = name_of_type(ai->ai_socktype);
        sockfd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (sockfd == -1) {
            report("socket %s", type);
            continue;
        }
        if (connect(sockfd, ai->ai_addr, ai->ai_addrlen) == 0) {
            printf("connected, with %s\n", type);
        } else {
            report("connect 127.0.0.1:%s with %s", port, type);
            close(sockfd);
            sockfd = -1;
        }
    }
    freeaddrinfo(list);
    return sockfd == -1;
}
