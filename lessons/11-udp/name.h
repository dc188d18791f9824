/*
 * name.h - an address as people write it. What every program of this lesson
 * needs; lesson 13 explains getnameinfo.
 */
#ifndef NAME_H
#define NAME_H

#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

enum { NAME_SIZE = 80 }; /* "[ADDRESS%INTERFACE]:PORT" at its longest */

/* "127.0.0.1:5000", or "[::1]:5000": an IPv6 address has colons of its own. */
static inline const char *name_of(const struct sockaddr_storage *address,
                                  socklen_t len, char name[NAME_SIZE])
{
    char host[64], port[8];
    int code =
        getnameinfo((const struct sockaddr *)address, len, host, sizeof host,
                    port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    if (code != 0)
        die_gai(code, "getnameinfo");
    snprintf(name, NAME_SIZE,
             address->ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    return name;
}

#endif
