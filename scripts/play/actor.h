/*
 * actor.h - a process on stage: started, typed to, listened to, ended.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include <sys/types.h>

#include "stream.h"
#include "xray.h"

/* What all actors of a scene have in common. */
struct stage {
    char *directory; /* of the scene; each actor gets one below it */
    char **sources;  /* directories whose files the actors see */
    size_t source_count;
    char *init;              /* the program that reports for wrapped actors */
    bool as_nobody;          /* run the actors as a plain user */
    const struct xray *xray; /* who traces them, or NULL */
};

enum presence { OFF_STAGE, ON_STAGE, OVER };

struct actor {
    const char *name;
    int index;         /* in the transcript */
    char *replacement; /* --actor: the program that takes its place, or NULL */
    char *wrap;        /* --wrap: what is put before its command, or NULL */
    bool traced;       /* strace writes its system calls into calls */
    enum presence presence;
    pid_t pid;     /* the first process: sh, then what it becomes */
    pid_t program; /* pid, or the program inside the wrapper; 0: not known */
    int status;    /* as waitpid(2) has it, once OVER */
    double ended;  /* when it was OVER */
    int report;    /* where a wrapped program's start and end are told, or -1 */
    char *command; /* what was run, values filled in */
    struct stream out;   /* the pty */
    struct stream err;   /* a pipe */
    struct stream calls; /* strace's words, through a fifo */
    struct bytes typed;  /* not yet taken by the pty */
    struct bytes last;   /* the last lines it printed, for the story */
};

/*
 * Start command (owned by the actor from then on) as this actor. Returns
 * NULL, or why it could not be done: "pty: Too many open files".
 */
const char *actor_start(struct actor *actor, const struct stage *stage,
                        char *command);

/* Send a signal to its process group. False if it is not there any more. */
bool actor_signal(const struct actor *actor, int signal);

/* After SIGSTOP: does the actor stand still? */
bool actor_is_stopped(const struct actor *actor);

/* Hand to the pty what can be handed over now. */
void actor_type(struct actor *actor);

/* Read the report of a wrapped program. */
void actor_read_report(struct actor *actor);

/* The process pid has ended with this status; was it this actor's? */
bool actor_reaped(struct actor *actor, pid_t pid, int status);

/* Has everything that the actor printed been read? */
bool actor_is_drained(const struct actor *actor);

/* "0", "3", "SIGPIPE" for a status of waitpid(2); lives until the next call. */
const char *status_text(int status);

#endif
