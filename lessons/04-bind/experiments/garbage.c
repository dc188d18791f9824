/*
 * garbage.c - what bind makes of a sockaddr_in that was not set to zero.
 *
 *   build  cc -I../../../common garbage.c ../../../common/error.c -o garbage
 *   run    ./garbage
 *   read   bzero(3), memset(3), bind(2), ip(7)
 */
#define _DEFAULT_SOURCE /* for bzero, which POSIX dropped in 2008 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static void try_bind(const char *label, const struct sockaddr_in *name)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    char host[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &name->sin_addr, host, sizeof host) == NULL)
        die("inet_ntop AF_INET");
    int result = bind(sockfd, (const struct sockaddr *)name, sizeof *name);
    printf("%-19s bind %s: %s\n", label, host,
           result == 0 ? "success" : error_symbol(errno));
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("garbage");

    /* A local variable holds what the stack held before. Here we put
     * something there, so that every run has the same garbage. */
    struct sockaddr_in name;
    memset(&name, 0xaa, sizeof name);
    name.sin_family = AF_INET;
    name.sin_port = htons(0);
    try_bind("address forgotten:", &name);

    /* The eight bytes of sin_zero only fill up sockaddr's size. */
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    try_bind("sin_zero forgotten:", &name);

    /* Three ways to begin with zeros. The old one, ... */
    bzero(&name, sizeof name);
    name.sin_family = AF_INET;
    try_bind("bzero:", &name);

    /* ... the standard's one, with the value in the middle (bytes and value
     * the other way round set nothing at all), ... */
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    try_bind("memset:", &name);

    /* ... and the one that cannot be forgotten. */
    struct sockaddr_in fresh = {.sin_family = AF_INET};
    try_bind("initialiser:", &fresh);
    return 0;
}
