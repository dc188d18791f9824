/*
 * process.h - what the kernel says of processes: who descends from whom, who
 * sleeps in which system call, and whether it can wake up by itself.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "bytes.h"

/*
 * All processes that descend from root, zombies left out, root itself left
 * out. *list is the caller's to free. With /proc/PID/task/TID/children where
 * the kernel has it (proc(5)), else by a walk through /proc.
 */
size_t list_descendants(pid_t root, pid_t **list);

/*
 * A look at a set of processes: do all of their threads sleep in system
 * calls, can one of them wake by itself (a time limit, a timer, a connection
 * being made), and has any of them run since the last look (then changes
 * differs).
 */
struct look {
    bool asleep;
    bool timed;
    unsigned long long changes;
};
void look_at_process(pid_t pid, struct look *look);
struct look look_at_descendants(pid_t root);

/*
 * Is a thread of process pid asleep in a system call whose name `matches`
 * says is the one? matches is called with each call's name.
 */
bool sleeps_in(pid_t pid, bool (*matches)(const char *name, void *data),
               void *data);

/*
 * What the descendants of this process had of the processors, in seconds since
 * they began. waited: a thread was ready to run and had none; the one that has
 * waited longest (/proc/PID/task/TID/schedstat; 0 where the kernel does not
 * count it). computed: all of them together, those that have ended too.
 */
struct turn {
    double waited, computed;
};
struct turn turn_of_descendants(void);

/*
 * Have all threads of all processes of this group been stopped? Each is when it
 * runs next, and until then a call that it sleeps in may come to an end. Those
 * that have ended count as stopped.
 */
bool group_is_stopped(pid_t group);

/* Append "asleep in recvfrom", "running", "stopped", "gone". */
void describe_process(struct bytes *to, pid_t pid);

/* Kill all descendants of this process, new ones too, and reap them. False if
 * one could not be killed, having become another user's. */
bool kill_descendants(void);

/* Seconds on a clock that nobody sets. */
double now(void);

/* Those seconds did not count: somebody was waited for who owes us nothing. */
void stop_clock(double seconds);

#endif
