/*
 * decode.h - a system call in the words of the program that made it.
 */
#ifndef DECODE_H
#define DECODE_H

#include "task.h"

/* What is said of a call. */
struct words {
    struct bytes name;  /* "recv" */
    struct bytes args;  /* "4, \"A\", 1, 0" */
    struct bytes value; /* "1", "-1 ECONNREFUSED"; "" while it waits */
    int fd;             /* the descriptor that it is about, or -1 */
    struct bytes to;    /* the address that it names, or "" */
    struct bytes data;  /* the text that it carries, escaped, or "" */
};
void free_words(struct words *words);

/* Is it a call that the x-ray shows at all? */
bool is_shown_call(const char *name);

/* May it wait for somebody else? */
bool may_wait(const char *name);

/* At its entry: keep what will have been overwritten when it returns. */
void note_entry(struct task *task);

/* The call that the task has entered; `returned` with this value, or waits. */
void put_into_words(struct words *words, const struct task *task, bool returned,
                    int64_t value);

/* "127.0.0.1:5000", "[::1]:5000", "/path", "@name". */
void write_address(struct bytes *to, const void *address, size_t len);

/* ECONNREFUSED for its number. */
const char *error_name(int number);

/* So many bytes of the program's memory; false if they cannot be read. */
bool read_memory(pid_t pid, uint64_t at, void *to, size_t len);

/* A path of the program's memory. */
void read_path(struct bytes *to, pid_t pid, uint64_t at);

#endif
