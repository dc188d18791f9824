/*
 * sockinfo.c - ask for any socket, and tell what the kernel made of it.
 *
 *   build  cc -I../../../common sockinfo.c ../../../common/error.c -o sockinfo
 *   run    ./sockinfo DOMAIN TYPE PROTOCOL   (AF_INET SOCK_DGRAM 0)
 *   check  make check-02
 *   read   socket(2), getsockopt(2), socket(7)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _DEFAULT_SOURCE /* SO_DOMAIN, SO_PROTOCOL: Linux, not POSIX of 2008 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static const struct {
    const char *name;
    int value;
} names[] = {
    {"AF_UNIX", AF_UNIX},           {"AF_INET", AF_INET},
    {"AF_INET6", AF_INET6},         {"SOCK_STREAM", SOCK_STREAM},
    {"SOCK_DGRAM", SOCK_DGRAM},     {"SOCK_RAW", SOCK_RAW},
    {"IPPROTO_ICMP", IPPROTO_ICMP}, {"IPPROTO_TCP", IPPROTO_TCP},
    {"IPPROTO_UDP", IPPROTO_UDP},
};

/* The value of one of the names above, or the number that text is. */
static int value_of(const char *text)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i].name) == 0)
            return names[i].value;
    return (int)parse_number(text, 0, 65535, "argument");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("sockinfo DOMAIN TYPE PROTOCOL");
    int domain = value_of(argv[1]);
    int type = value_of(argv[2]);
    int protocol = value_of(argv[3]);

    /* ---- edit below ---------------------------------------------------- */

    /* 1. Ask the kernel for such a socket. If there is none: a message on
     *    stderr, the errno's symbol on stdout, status 1. */

    /* 2. Print its descriptor, and what getsockopt tells of it. */

    /* 3. Close it. */

    printf("asked for %d %d %d\n", domain, type, protocol);

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
