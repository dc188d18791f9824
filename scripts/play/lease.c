#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "lease.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST = 10000, LAST = 32000, TRIES = 1000 };

/* What ip(7) calls ip_local_port_range, as Linux has it by itself. */
enum { FIRST_EPHEMERAL = 32768, LAST_EPHEMERAL = 60999, FIRST_OF_ALL = 1024 };

/* Bound and never used: the name is the lease. */
static bool lease(unsigned short port)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int len = snprintf(name.sun_path + 1, sizeof name.sun_path - 1,
                       "socket-workbook-port-%u", port);
    socklen_t size =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return false;
    if (bind(fd, (struct sockaddr *)&name, size) == 0)
        return true;
    close(fd);
    return false;
}

/* Without SO_REUSEADDR, so that a port in TIME_WAIT is refused too. */
static bool is_free(unsigned short port, int type)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    bool bound = fd != -1 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0;
    if (fd != -1)
        close(fd);
    return bound;
}

/*
 * Who forgets htons() gets the port with its bytes exchanged. That one is free
 * too, so that each such mistake is seen in the same way.
 */
static bool lease_both(unsigned short port)
{
    unsigned short swapped = (unsigned short)(port << 8 | port >> 8);
    if (swapped < FIRST_OF_ALL ||
        (swapped >= FIRST_EPHEMERAL && swapped <= LAST_EPHEMERAL))
        return false;
    return lease(port) && (swapped == port || lease(swapped)) &&
           is_free(port, SOCK_STREAM) && is_free(port, SOCK_DGRAM) &&
           is_free(swapped, SOCK_STREAM) && is_free(swapped, SOCK_DGRAM);
}

bool lease_ports(unsigned short *ports, size_t count)
{
    size_t leased = 0;
    for (int i = 0; i < TRIES && leased < count; i++) {
        unsigned number;
        if (getrandom(&number, sizeof number, 0) != sizeof number)
            return false;
        unsigned short port = (unsigned short)(FIRST + number % (LAST - FIRST));
        if (lease_both(port))
            ports[leased++] = port;
    }
    return leased == count;
}
