/*
 * reverse.c - the name of an address and of a port, as getnameinfo finds them.
 *
 *   build  cc -I../../../common reverse.c ../../../common/error.c -o reverse
 *   run    ./reverse ADDRESS PORT        both as numbers
 *   read   getnameinfo(3)
 */
#define _DEFAULT_SOURCE /* NI_MAXHOST and NI_MAXSERV */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

static const struct {
    int flags;
    const char *text;
} questions[] = {
    {NI_NUMERICHOST | NI_NUMERICSERV, "NI_NUMERICHOST, NI_NUMERICSERV"},
    {0, "no flags"},
    {NI_DGRAM, "NI_DGRAM"},
    {NI_NAMEREQD, "NI_NAMEREQD"},
};

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("reverse ADDRESS PORT");
    parse_port(argv[2]);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *list;
    int error = getaddrinfo(argv[1], argv[2], &hints, &list);
    if (error != 0)
        die_gai(error, "getaddrinfo %s %s", argv[1], argv[2]);

    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        char host[NI_MAXHOST], service[NI_MAXSERV];
        error = getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host,
                            service, sizeof service, questions[i].flags);
        printf("%s: ", questions[i].text);
        if (error == 0)
            printf("%s, %s\n", host, service);
        else
            printf("%s\n", gai_strerror(error));
    }
    freeaddrinfo(list);
    return 0;
}
