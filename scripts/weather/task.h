/*
 * task.h - the processes and threads that are traced.
 */
#ifndef TASK_H
#define TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "calls.h"
#include "machine.h"
#include "options.h"

/* What the threads of a process share. */
struct process {
    pid_t pid;
    int tasks;  /* how many threads; with the last one it is freed */
    int pidfd;  /* -1: not opened yet */
    bool begun; /* it has come to its entry point: the loader is done */
    bool hides; /* from tracers, prctl(2) PR_SET_DUMPABLE: left alone */
    unsigned long entry; /* where begun becomes true, by a breakpoint there */
    long before;         /* what stands there without it */
    unsigned seen; /* kinds of calls without descriptor that were interrupted */
};

enum deed {
    NOTHING,
    FAIL,
    STARVE,
    LOWERED,
    UNDO_CONNECT,
    REDO_CONNECT,
    NEW_SOCKET
};

/* What is to be done when the call that a task is in has ended. */
struct intent {
    enum deed what;
    const struct call *call;
    const struct transfer *transfer;
    unsigned long argument[6]; /* as the program has set them */
    int fd;                    /* or -1 */
    struct rule *rule;         /* FAIL: by this rule; NULL: EINTR */
    unsigned long asked, lowered;
    unsigned long message; /* LOWERED: the copy of recvmsg's header, or 0 */
    struct thing *thing;
};

struct task {
    pid_t tid;
    struct process *process; /* NULL: it has come before we heard of it */
    uint64_t chance;         /* the state of its own generator */
    int in_row[KINDS];       /* how often just now each was interrupted */
    struct intent intent;
};

/* Find a task; NULL if it is not known. */
struct task *find_task(pid_t tid);

/* A task that nothing is known of yet. */
struct task *add_task(pid_t tid);

/* It is a new thread or child of parent; parent NULL: the first of all. Its
 * weather depends on the seed and on its place among its parent's children. */
void adopt_task(struct task *task, struct task *parent, uint64_t seed);

/* It has ended. */
void remove_task(struct task *task);

/*
 * A task that nothing is known of yet, and never will be: its parent has
 * ended, or its parent's thread, because another one has executed a program
 * (executed is that process, or 0). NULL if there is none.
 */
struct task *find_orphan(pid_t executed);

/* task executes a program; former was its number before. */
void task_executes(struct task *task, pid_t former);

/* A number from 0 to limit - 1; limit is at least 1. */
unsigned long draw(struct task *task, unsigned long limit);

#endif
