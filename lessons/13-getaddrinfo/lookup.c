/*
 * lookup.c - a host's name and a service's name become addresses, and text
 * again.
 *
 *   build  cc -I../../common lookup.c ../../common/error.c -o lookup
 *   run    ./lookup HOST [SERVICE]       a name or an address; a name or a port
 *   read   getaddrinfo(3), getnameinfo(3)
 */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

/* getnameinfo's own names for the sizes are not POSIX's: NI_MAXHOST 1025 and
 * NI_MAXSERV 32. For numbers alone, this is enough. */
enum { HOST_SIZE = 64, SERVICE_SIZE = 8 };

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2 || argc > 3)
        usage("lookup HOST [SERVICE]");
    const char *host = argv[1], *service = argc > 2 ? argv[2] : NULL;

    /* What we want. All that is not named here must be 0. AF_UNSPEC: any
     * family. A type, or each address comes once for every type. */
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int error = getaddrinfo(host, service, &hints, &list);
    if (error != 0)
        die_gai(error, "getaddrinfo %s %s", host, service ? service : "NULL");

    for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
        char text[HOST_SIZE], port[SERVICE_SIZE];
        error = getnameinfo(ai->ai_addr, ai->ai_addrlen, text, sizeof text,
                            port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
        if (error != 0)
            die_gai(error, "getnameinfo");
        printf("%s %s port %s\n",
               ai->ai_family == AF_INET6 ? "AF_INET6" : "AF_INET", text, port);
    }
    freeaddrinfo(list);
    return 0;
}
