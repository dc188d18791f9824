#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct task **tasks;
static size_t count, room;

static void *must(void *memory)
{
    if (memory == NULL)
        _exit(IMPOSSIBLE); /* and with us, by PTRACE_O_EXITKILL, the program */
    return memory;
}

/* -------------------------------------------------------------- chance --- */

/* splitmix64, by Sebastiano Vigna: public domain. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

unsigned long draw(struct task *task, unsigned long limit)
{
    return (unsigned long)(next(&task->chance) % limit);
}

/* --------------------------------------------------------------- tasks --- */

struct task *find_task(pid_t tid)
{
    for (size_t i = 0; i < count; i++)
        if (tasks[i]->tid == tid)
            return tasks[i];
    return NULL;
}

struct task *add_task(pid_t tid)
{
    if (count == room) {
        room = room > 0 ? 2 * room : 16;
        tasks = must(realloc(tasks, room * sizeof(struct task *)));
    }
    struct task *task = must(calloc(1, sizeof *task));
    task->tid = tid;
    tasks[count++] = task;
    return task;
}

static void leave_process(struct task *task)
{
    struct process *process = task->process;
    task->process = NULL;
    if (process == NULL || --process->tasks > 0)
        return;
    if (process->pidfd != -1)
        close(process->pidfd);
    free(process);
}

void remove_task(struct task *task)
{
    leave_process(task);
    for (size_t i = 0; i < count; i++)
        if (tasks[i] == task) {
            tasks[i] = tasks[--count];
            break;
        }
    free(task);
}

/* The number behind a word of /proc/TID/status, or 0. */
static pid_t number_in_status(pid_t tid, const char *word)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/status", (long)tid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *line = strstr(text, word);
    return line ? (pid_t)strtol(line + strlen(word), NULL, 10) : 0;
}

/* The process that a task belongs to; the task's own number if that cannot be
 * told. */
static pid_t process_of(pid_t tid)
{
    pid_t pid = number_in_status(tid, "\nTgid:");
    return pid != 0 ? pid : tid;
}

static struct process *find_process(pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (tasks[i]->process != NULL && tasks[i]->process->pid == pid)
            return tasks[i]->process;
    return NULL;
}

struct task *find_orphan(pid_t executed)
{
    for (size_t i = 0; i < count; i++) {
        if (tasks[i]->process != NULL)
            continue;
        pid_t parent = process_of(tasks[i]->tid);
        if (parent == tasks[i]->tid) /* not a thread, but a process */
            parent = number_in_status(parent, "\nPPid:");
        if (parent == executed || find_process(parent) == NULL)
            return tasks[i];
    }
    return NULL;
}

static struct process *new_process(pid_t pid, const struct process *parent)
{
    struct process *process = must(calloc(1, sizeof *process));
    if (parent != NULL)
        *process = *parent; /* fork copies its memory, the breakpoint too */
    process->pid = pid;
    process->pidfd = -1;
    process->tasks = 0;
    process->seen = 0;
    return process;
}

void adopt_task(struct task *task, struct task *parent, uint64_t seed)
{
    task->chance = parent != NULL ? next(&parent->chance) : seed;
    pid_t pid = process_of(task->tid);
    task->process = find_process(pid);
    if (task->process == NULL)
        task->process = new_process(pid, parent ? parent->process : NULL);
    task->process->tasks++;
}

void task_executes(struct task *task, pid_t former)
{
    /* A thread that executes a program goes on under the first one's number,
     * and all others end (ptrace(2), "execve(2) under ptrace"). */
    struct task *old = former != task->tid ? find_task(former) : NULL;
    if (old != NULL) {
        task->chance = old->chance;
        remove_task(old);
    }
    memset(task->in_row, 0, sizeof task->in_row);
    task->intent.what = NOTHING;
    /* The pid stays, but a child of vfork(2) was never somebody's thread. */
    struct process *process = new_process(process_of(task->tid), NULL);
    process->tasks = 1;
    leave_process(task);
    task->process = process;
}
