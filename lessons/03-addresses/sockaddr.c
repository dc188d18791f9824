/*
 * sockaddr.c - one parameter type for addresses of every family.
 *
 *   build  cc -I../../common sockaddr.c ../../common/error.c -o sockaddr
 *   run    ./sockaddr
 *   read   sockaddr(3type), ip(7), ipv6(7), unix(7)
 *
 * The sizes are Linux's. The BSDs and macOS put a length byte in front of the
 * family, so there the family is at 1 and sizes differ.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "error.h"

/* A macro, because a function cannot be given a type. */
#define SHOW_TYPE(type, family)                                                \
    printf("%-16s %3zu bytes, family at %zu\n", #type, sizeof(struct type),    \
           offsetof(struct type, family))

/* What bind and connect do with the pointer they are given: they look at the
 * family, and only then know what lies behind it. */
static void show(const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN];
    sa_family_t family = address->sa_family;

    if (family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        if (inet_ntop(AF_INET, &in->sin_addr, text, sizeof text) == NULL)
            die("inet_ntop AF_INET");
        printf("%2u AF_INET   %s port %u\n", family, text, ntohs(in->sin_port));
    } else if (family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        if (inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text) == NULL)
            die("inet_ntop AF_INET6");
        printf("%2u AF_INET6  %s port %u\n", family, text,
               ntohs(in6->sin6_port));
    } else if (family == AF_UNIX) { /* AF_LOCAL is the same number */
        const struct sockaddr_un *un = (const struct sockaddr_un *)address;
        printf("%2u AF_UNIX   %s\n", family, un->sun_path);
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("sockaddr");

    SHOW_TYPE(sockaddr, sa_family);
    SHOW_TYPE(sockaddr_in, sin_family);
    SHOW_TYPE(sockaddr_in6, sin6_family);
    SHOW_TYPE(sockaddr_un, sun_family);
    SHOW_TYPE(sockaddr_storage, ss_family);

    /* An initialiser sets what it does not name to zero. Port and address
     * are in network order; the family never leaves the machine. */
    struct sockaddr_in in = {
        .sin_family = AF_INET,
        .sin_port = htons(5000),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct sockaddr_in6 in6 = {
        .sin6_family = AF_INET6,
        .sin6_port = htons(5000),
        .sin6_addr = IN6ADDR_LOOPBACK_INIT,
    };
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "./service"};

    show((struct sockaddr *)&in);
    show((struct sockaddr *)&in6);
    show((struct sockaddr *)&un);
    return 0;
}
