/*
 * sockets.h - what the kernel says of the actors' sockets.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "bytes.h"

/*
 * A socket in one moment. While a process holds a descriptor of it, its state
 * is asked of the socket itself, through a duplicate (pidfd_getfd(2),
 * getsockopt(2) TCP_INFO); behind the last close it is looked up by its
 * addresses with sock_diag(7).
 */
struct socket_state {
    uint64_t inode;
    int actor, number, fd; /* the first process that holds it */
    pid_t pid;
    int holders;       /* processes; 0: all have closed it */
    const char *kind;  /* "tcp", "udp", "unix" ... */
    const char *state; /* "ESTABLISHED"; "GONE" when the kernel forgot it */
    char local[112], remote[112]; /* "" if it has none */
    unsigned received, unsent;    /* bytes in its queues; LISTEN: who waits */
    unsigned backlog;             /* LISTEN: how many may wait */
};

/*
 * Look at all sockets, while everybody stands still. Says what has changed to
 * tell, in the order of actors and descriptors. `pending` says of a descriptor
 * that the call which opens it has not been told yet.
 */
void look_at_sockets(bool (*pending)(pid_t pid, int fd),
                     void (*tell)(const struct socket_state *now));

/* The socket's number (in "socket:[123]"), 0 if the descriptor is none. */
uint64_t socket_inode(pid_t pid, int fd);

#endif
