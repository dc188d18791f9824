/*
 * xray-message.h - what the player and the x-ray's tracer tell each other,
 * over a SOCK_SEQPACKET socket.
 *
 * The tracer lets one process at a time go on. When that process has printed
 * something, or has ended, everybody stands still until the player has seen
 * it; so each run of a scene goes the same way.
 */
#ifndef XRAY_MESSAGE_H
#define XRAY_MESSAGE_H

#include <sys/types.h>

enum { XRAY_FD = 3, XRAY_HOLD_FD = 4, XRAY_TEXT = 4000 };

/* One byte on descriptor 4, from a tracer that holds a thread behind each exec
 * and each call that it has told; it goes on at a byte in return. Only the
 * tracer of make demo does so: scripts/demo.d/hold.c. */
enum xray_held { HELD_AT_EXEC = 'e', HELD_BEHIND_CALL = 'c' };

enum xray_what {
    /* To the tracer. */
    XRAY_STARTED, /* from a new actor itself: trace me */
    XRAY_STEP,    /* a step of the scene happens */
    XRAY_GO,      /* go on; the player would like to see this actor move */
    XRAY_DONE,    /* the scene is over */
    /* To the player. */
    XRAY_ASK,   /* an actor has printed or ended; say GO when you saw it */
    XRAY_QUIET, /* everybody waits */
};

struct xray_message {
    enum xray_what what;
    int actor; /* by the transcript's index; -1: none */
    pid_t pid; /* STARTED; ASK: who has ended, or 0 */
    /* ASK: the bytes printed since the actor's start, stdout and stderr. */
    unsigned long long printed[2];
    /* QUIET: how many STEPs and GOs the tracer has read. Who has sent more
     * since then was told of another moment. */
    unsigned heard;
    /* STARTED: where stdout and stderr go (st_dev, st_ino). */
    unsigned long long device[2], inode[2];
    size_t line;          /* STEP: in the transcript */
    char sign[4];         /* STEP: "$", "|", ... */
    char name[36];        /* STEP: the actor's */
    char text[XRAY_TEXT]; /* STEP: what was typed or printed; NUL at its end */
};

#endif
