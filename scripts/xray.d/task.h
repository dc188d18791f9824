/*
 * task.h - the threads of the actors, as the tracer knows them.
 */
#ifndef TASK_H
#define TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bytes.h"

/* A system call that a thread has entered. */
struct call {
    const char *name; /* NULL: none that we know */
    uint64_t arg[6];
    bool entered;     /* and not left */
    bool told;        /* that it waits */
    bool shown;       /* the x-ray speaks of it */
    uint64_t inode;   /* of the socket that its first argument is, or 0 */
    struct bytes out; /* arguments as they were at the entry, for people */
};

struct task {
    pid_t tid;
    pid_t pid;     /* of its process */
    int actor;     /* index; -1: its parent has not told yet */
    int number;    /* 0 is the actor's first process, then in order */
    bool begun;    /* has become the program that the actor runs */
    bool is_tool;  /* of the system (sh, ss ...): only its sockets are news */
    bool stopped;  /* it waits for us */
    int status;    /* as waitpid(2) had it */
    bool beside;   /* it computes, and has lost the turn */
    bool loose;    /* so many calls that it runs without stops */
    unsigned turn; /* calls since it was its turn */
    int stat_fd;   /* of its file in /proc, which is read often; -1: none yet */
    struct call call;
};

/* The thread, or NULL; a new one. Pointers hold until a task is added. */
struct task *find_task(pid_t tid);
struct task *add_task(pid_t tid);
void remove_task(struct task *task);

/* All of them, in the order in which they came. */
struct task *task_at(size_t i);
size_t task_count(void);

/* Read /proc: the state's letter, 0 if it is gone. */
char state_of(struct task *task);

/* The seconds it has computed, see proc_pid_stat(5); 0 if it is gone. */
double processor_time_of(struct task *task);

#endif
