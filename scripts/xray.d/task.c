#include "task.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each task is allocated by itself, so that pointers stay good. */
static struct task **tasks;
static size_t count;

struct task *find_task(pid_t tid)
{
    for (size_t i = 0; i < count; i++)
        if (tasks[i]->tid == tid)
            return tasks[i];
    return NULL;
}

struct task *add_task(pid_t tid)
{
    struct task *task = grow(NULL, 1, sizeof *task);
    *task = (struct task){.tid = tid, .pid = tid, .actor = -1, .stat_fd = -1};
    tasks = grow(tasks, count + 1, sizeof(struct task *));
    tasks[count++] = task;
    return task;
}

void remove_task(struct task *task)
{
    size_t i = 0;
    while (i < count && tasks[i] != task)
        i++;
    if (i == count)
        return;
    memmove(&tasks[i], &tasks[i + 1], (count - i - 1) * sizeof(struct task *));
    count--;
    bytes_free(&task->call.out);
    if (task->stat_fd != -1)
        close(task->stat_fd);
    free(task);
}

struct task *task_at(size_t i)
{
    return tasks[i];
}

size_t task_count(void)
{
    return count;
}

static int open_stat(const struct task *task)
{
    char path[80];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/stat", (long)task->pid,
             (long)task->tid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* What stands behind the name in its file, from the state on; NULL if it is
 * gone. The text lasts until the next call. */
static const char *stat_of(struct task *task)
{
    static char text[512];
    if (task->stat_fd == -1)
        task->stat_fd = open_stat(task);
    ssize_t n = pread(task->stat_fd, text, sizeof text - 1, 0);
    if (n <= 0)
        return NULL;
    text[n] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end != NULL && name_end[1] == ' ' ? name_end + 2 : NULL;
}

char state_of(struct task *task)
{
    const char *stat = stat_of(task);
    return stat == NULL ? '\0' : *stat;
}

double processor_time_of(struct task *task)
{
    const char *stat = stat_of(task);
    unsigned long user, system;
    if (stat == NULL ||
        sscanf(stat, "%*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu %lu",
               &user, &system) != 2)
        return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}
