#include "log.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"

static FILE *file;

void log_open(const char *path)
{
    file = fopen(path, "w");
    if (file != NULL) { /* whole lines, for who reads along */
        setvbuf(file, NULL, _IOLBF, 0);
        return;
    }
    perror(path);
    exit(1);
}

void log_close(void)
{
    fclose(file);
}

void log_refusal(const char *call, const char *reason)
{
    fprintf(file, "refused\t%s\t%s\n", call, reason);
}

void log_step(const struct xray_message *message)
{
    fprintf(file, "step\t%d\t%s\t%zu\t%s\t%s\n", message->actor, message->sign,
            message->line, message->name, message->text);
}

void log_call(const struct task *task, bool returned, int64_t value,
              uint64_t inode)
{
    struct words words = {0};
    put_into_words(&words, task, returned, value);
    fprintf(file, "%s\t%d\t%d\t%s\t%s\t%s\t%d\t%llu\t%s\t%s\n",
            returned ? "call" : "wait", task->actor, task->number,
            bytes_text(&words.name), bytes_text(&words.args),
            bytes_text(&words.value), words.fd, (unsigned long long)inode,
            bytes_text(&words.to), bytes_text(&words.data));
    free_words(&words);
}

void log_state(const struct socket_state *now)
{
    fprintf(file, "state\t%d\t%d\t%llu\t%d\t%s\t%s\t%s\t%s\t%u\t%u\t%u\t%d\n",
            now->actor, now->number, (unsigned long long)now->inode, now->fd,
            now->kind, now->state, now->local, now->remote, now->received,
            now->unsent, now->backlog, now->holders);
}

void log_event(const struct task *task, const char *what, const char *text)
{
    fprintf(file, "%s\t%d\t%d\t%s\n", what, task->actor, task->number, text);
}
