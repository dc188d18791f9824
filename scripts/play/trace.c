#define _GNU_SOURCE /* memmem */
#include "trace.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char unfinished_mark[] = " <unfinished ...>";

static struct bytes *unfinished_of(struct trace *trace, long pid)
{
    for (size_t i = 0; i < trace->count; i++)
        if (trace->list[i].pid == pid)
            return &trace->list[i].text;
    trace->list = grow(trace->list, trace->count + 1, sizeof *trace->list);
    trace->list[trace->count] = (struct unfinished){.pid = pid};
    return &trace->list[trace->count++].text;
}

static long take_pid(const char **line, size_t *len)
{
    long pid = 0;
    while (*len > 0 && isdigit((unsigned char)**line)) {
        pid = pid * 10 + (**line - '0');
        ++*line;
        --*len;
    }
    while (*len > 0 && **line == ' ') {
        ++*line;
        --*len;
    }
    return pid;
}

/* "<... recvfrom resumed>"A", 1, 0, NULL, NULL) = 1": what follows the >. */
static const char *resumed_part(const char *line, size_t len)
{
    static const char mark[] = " resumed>";
    if (len < 5 || memcmp(line, "<... ", 5) != 0)
        return NULL;
    const char *at = memmem(line, len, mark, sizeof mark - 1);
    return at ? at + sizeof mark - 1 : NULL;
}

bool trace_line(struct trace *trace, const char *line, size_t len,
                struct bytes *call)
{
    long pid = take_pid(&line, &len);
    size_t mark = sizeof unfinished_mark - 1;
    bytes_clear(call);
    if (len >= mark && memcmp(line + len - mark, unfinished_mark, mark) == 0) {
        struct bytes *text = unfinished_of(trace, pid);
        bytes_clear(text);
        bytes_add(text, line, len - mark);
        return false;
    }
    const char *rest = resumed_part(line, len);
    if (rest != NULL) {
        const struct bytes *text = unfinished_of(trace, pid);
        bytes_add(call, text->data, text->len);
        len -= (size_t)(rest - line);
        line = rest;
    }
    bytes_add(call, line, len);
    return true;
}

void trace_free(struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++)
        bytes_free(&trace->list[i].text);
    free(trace->list);
    *trace = (struct trace){0};
}
