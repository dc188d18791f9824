/*
 * options.h - what the command line asks for.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "transcript.h"

/* The player's exit status. */
enum { HELD = 0, FAILED = 1, MALFORMED = 2, NOT_PLAYED = 3 };

enum mode { PLAY, STEP, CUE, CHECK, RECORD, VERIFY };

struct options {
    char **argv; /* as they were given, for the command to run again */
    int argc;
    enum mode mode;
    struct values replacements; /* --actor */
    struct values wraps;        /* --wrap */
    struct values given;        /* --set */
    char **sources;             /* --from */
    size_t source_count;
    const char *trace;     /* --trace */
    const char *xray;      /* --xray */
    const char *again;     /* --again */
    const char *recording; /* --verify */
    char **paths;
    size_t path_count;
};

/* Ends the process with MALFORMED, after saying why, if they make no sense. */
void read_options(struct options *options, int argc, char *argv[]);
void check_actors(const struct options *options,
                  const struct transcript *scripts);
void free_options(struct options *options);

/* "play: what is wrong; ...", and the end. */
void misused(const char *what, const char *argument) __attribute__((noreturn));

/* The command that plays this transcript again, the caller's to free; NULL
 * for one that came on standard input. */
char *again_command(const struct options *options, const char *path);

#endif
