/*
 * trace.h - system calls out of strace's lines.
 */
#ifndef TRACE_H
#define TRACE_H

#include "bytes.h"

/* Calls of several processes that are under way at once. */
struct trace {
    struct unfinished {
        long pid;
        struct bytes text;
    } * list;
    size_t count;
};

/*
 * One line of `strace -f -o`: "1234 close(3) = 0". Puts the call, without
 * the process number, into call; false if the line holds only a part of one
 * ("<unfinished ...>") that a later line will complete.
 */
bool trace_line(struct trace *trace, const char *line, size_t len,
                struct bytes *call);
void trace_free(struct trace *trace);

#endif
