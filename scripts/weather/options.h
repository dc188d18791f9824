/*
 * options.h - what weather the command line asks for.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "calls.h"

/* weather's own exit statuses; that of COMMAND takes their place. */
enum { MISUSED = 2, IMPOSSIBLE = 3, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

/* --error CALL:ERRNO[:WHEN], --starve CALL[:WHEN] */
struct rule {
    char *call;
    char *symbol; /* ECONNABORTED */
    int error;    /* its number */
    bool starves; /* the call is made, without a free descriptor */
    long first, last;
    long made; /* how many such calls there have been */
    long done; /* and how many of them have failed by this rule */
};

struct options {
    uint64_t seed;
    bool short_sockets;
    bool short_files;
    bool eintr[KINDS];
    struct rule *rules;
    int rule_count;
    const char *report; /* NULL: none */
    int report_fd;      /* or -1: the report comes into this descriptor */
    bool track;         /* do without pidfd_getfd(2) */
    char **command;
};

/* Exits with a usage line and status 2 if the arguments are wrong. */
void read_options(struct options *options, int argc, char *argv[]);

/* Does any rule name this call? */
bool has_rule(const struct options *options, const struct call *call);

#endif
