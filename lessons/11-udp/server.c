/*
 * server.c - send each datagram back to where it came from.
 *
 *   build  cc -I../../common server.c ../../common/error.c -o server
 *   run    ./server [PORT [HOST]]        default 5000 127.0.0.1; ::1 as HOST
 *                                        is IPv6; it serves until Ctrl-C
 *   read   udp(7), bind(2), recvfrom(2), sendto(2); lesson 13 explains
 *          getaddrinfo(3) and getnameinfo(3)
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "name.h"

/* Errors that say something about this program. All others are about one
 * datagram or one moment, and the socket is as good as before. */
static bool is_ours(int error)
{
    return error == EBADF || error == ENOTSOCK || error == EFAULT ||
           error == EINVAL;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("server [PORT [HOST]]");
    const char *port = argc > 1 ? argv[1] : "5000";
    const char *host = argc > 2 ? argv[2] : "127.0.0.1";
    parse_port(port);

    /* From two texts, an address of the family that fits: 127.0.0.1 makes a
     * sockaddr_in of it, ::1 a sockaddr_in6. We need not know which. */
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *own;
    int code = getaddrinfo(host, port, &hints, &own);
    if (code != 0)
        die_gai(code, "getaddrinfo %s", host);

    int sockfd = socket(own->ai_family, own->ai_socktype, own->ai_protocol);
    if (sockfd == -1)
        die("socket for %s", host);

    /* Clients must know where to send, so this side needs its own name. No
     * listen and no accept: a bound socket receives, from whoever sends. */
    if (bind(sockfd, own->ai_addr, own->ai_addrlen) == -1)
        die("bind %s:%s", host, port);
    freeaddrinfo(own);

    char name[NAME_SIZE];
    struct sockaddr_storage address; /* large enough for every family */
    socklen_t addrlen = sizeof address;
    if (getsockname(sockfd, (struct sockaddr *)&address, &addrlen) == -1)
        die("getsockname");
    printf("listening on %s\n", name_of(&address, addrlen, name));

    while (!ferror(stdout)) {
        /* One call takes one datagram, and what does not fit is lost. No
         * datagram is larger than 65,527 bytes: all of them fit. */
        static char data[65536];
        addrlen = sizeof address;
        ssize_t n = recvfrom(sockfd, data, sizeof data, 0,
                             (struct sockaddr *)&address, &addrlen);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && is_ours(errno))
            die("recvfrom on %s", host);
        if (n == -1) {
            report("recvfrom on %s", host);
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
            continue;
        }
        name_of(&address, addrlen, name);
        printf("received %zd bytes from %s\n", n, name);

        /* The next datagram may be from somebody else: to whom we answer
         * stands in this one. All of it goes, or nothing. */
        ssize_t sent;
        do
            sent = sendto(sockfd, data, (size_t)n, 0,
                          (struct sockaddr *)&address, addrlen);
        while (sent == -1 && errno == EINTR);
        if (sent == -1)
            report("sendto %s", name);
        else
            printf("sent %zd bytes to %s\n", sent, name);
    }
    return 1;
}
