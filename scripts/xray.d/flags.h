/*
 * flags.h - constants of the socket calls by name, as programs write them.
 */
#ifndef FLAGS_H
#define FLAGS_H

#include <stdint.h>

#include "bytes.h"

enum flag_set {
    DOMAINS,
    TYPES,
    LEVELS,
    SHUT_HOWS,
    SOCKET_FLAGS, /* accept4(2) */
    MESSAGE_FLAGS,
    OPEN_FLAGS,
    FCNTL_COMMANDS,
    STATUS_FLAGS,
    EPOLL_OPERATIONS,
    EPOLL_EVENTS,
    POLL_EVENTS,
    IOCTLS,
    WAIT_FLAGS,
    CLONE_FLAGS,
    SEEK_WHENCES,
};

/* Append the name of the value; the number if it has none. */
void name_value(struct bytes *to, enum flag_set set, uint64_t value);

/* Append "A|B", what has no name as a hexadecimal number, 0 for none. */
void name_flags(struct bytes *to, enum flag_set set, uint64_t value);

/* Append a protocol's, a socket option's name. */
void name_protocol(struct bytes *to, int domain, int type, int protocol);
void name_option(struct bytes *to, int level, int option);

#endif
