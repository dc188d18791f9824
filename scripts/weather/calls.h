/*
 * calls.h - the system calls that weather knows: their names, what they wait
 * for, and where their arguments say how much is to be moved.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdbool.h>

/* The kinds of calls that --eintr names: calls that sleep. */
enum kind {
    ACCEPT,
    RECV,
    SEND,
    POLL,
    SELECT,
    EPOLL,
    WAIT,
    CONNECT,
    NANOSLEEP,
    KINDS,
    NO_KIND = KINDS,
};
extern const char *const kind_names[KINDS];

struct call {
    long number;
    const char *names; /* the kernel's, then those of its man pages */
    enum kind kind;
    bool has_fd; /* its first argument is a descriptor */
};

/* A call that moves bytes, and which arguments say how many and where. */
struct transfer {
    long number;
    bool writes;
    enum { COUNT, VECTOR, MESSAGE } shape;
    int amount; /* COUNT: how many bytes; VECTOR, MESSAGE: where it is */
    int flags;  /* MSG_..., or -1 */
    int fd;     /* the descriptor, or for those that have two, */
    int other;  /* the second one, or -1 */
};

/* A call whose arguments can say that it must not sleep (for long). */
struct limit {
    long number;
    int argument;
    enum { MILLISECONDS, TIME, OPTIONS } means;
};

/* What there is about this number, or NULL. */
const struct call *find_call(long number);
const struct transfer *find_transfer(long number);
const struct limit *find_limit(long number);

/* The calls one after the other; NULL behind the last. */
const struct call *call_at(int i);

/* Is name the call's own, or that of one of its man pages? */
bool call_is(const struct call *call, const char *name);

/* How long the kernel's name is, at the beginning of call->names. */
int name_length(const struct call *call);

#endif
