#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    *task = (struct task){.tid = tid, .pid = tid, .actor = -1};
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

static FILE *open_proc(const struct task *task, const char *name)
{
    char path[80];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/%s", (long)task->pid,
             (long)task->tid, name);
    return fopen(path, "r");
}

char state_of(const struct task *task)
{
    char text[512] = "";
    FILE *file = open_proc(task, "stat");
    if (file == NULL)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end != NULL && name_end[1] == ' ' ? name_end[2] : '\0';
}

unsigned long naps_of(const struct task *task)
{
    static const char key[] = "voluntary_ctxt_switches:";
    char line[256];
    unsigned long naps = 0;
    FILE *file = open_proc(task, "status");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, sizeof key - 1) == 0)
            naps = strtoul(line + sizeof key - 1, NULL, 10);
    if (file != NULL)
        fclose(file);
    return naps;
}
