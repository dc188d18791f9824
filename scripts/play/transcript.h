/*
 * transcript.h - a transcript as a list of steps.
 *
 * docs/transcripts.md is the format's reference.
 */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "pattern.h"

enum step_kind {
    NOTE,         /* # text */
    START,        /* NAME$ command */
    OUT,          /* NAME| text on stdout */
    ERR,          /* NAME! text on stderr */
    CALL,         /* NAME% system call */
    TYPE,         /* NAME< text */
    SIGNAL,       /* NAME^INT */
    END_OF_INPUT, /* NAME^D */
    ASLEEP,       /* NAME~ system call */
    ENDED         /* NAME= status */
};

struct step {
    enum step_kind kind;
    size_t line;  /* in the file, from 1 */
    char *source; /* the line as it is written there */
    size_t actor; /* index; NOTE has none */
    size_t run;   /* which START of the scene this belongs to, from 1 */
    size_t block; /* which @any block it stands in, from 1; 0 is none */
    char *text;   /* NOTE: the narration; ENDED: the status */
    int signal;   /* SIGNAL */
    struct pattern pattern; /* the others */
};

struct transcript {
    char *path;
    char **lines; /* the whole file, for recording */
    size_t line_count;
    struct step *steps;
    size_t count;
    char **actors; /* their names, in order of appearance */
    size_t actor_count;
    char **needs; /* @needs */
    size_t need_count;
    bool own_network;
    enum { ANY_USER, NOBODY, ROOT } user; /* @user */
    struct values sysctls;                /* @sysctl */
    double deadline;                      /* seconds that a line may take */
    bool has_calls;                       /* a % line */
    int port_count; /* $PORT and as many of the others as it may name */
};

/*
 * Read the transcript at path ("-" is standard input). given are the values
 * that $NAMEs may have besides the ports. Returns NULL, or a message "path:3:
 * what is wrong and what was expected there", the caller's to free.
 */
char *transcript_read(struct transcript *transcript, const char *path,
                      const struct values *given);
void transcript_free(struct transcript *transcript);

/* The transcript's name for people: "06-connect", "06-connect refused". */
char *transcript_title(const char *path);

/* Where "lessons/06-connect/..." begins in a path of a lesson's file; NULL in
 * a path of any other file. */
const char *lesson_part(const char *path);

/* The sign that a kind of step has after the actor's name: "$", "|", ... */
const char *step_sign(const struct step *step);

/* Expectations hold or fail; actions are done. */
bool is_expectation(enum step_kind kind);

/* NULL, or why a terminal would not pass this text on as it is. */
const char *typing_problem(const char *text, size_t len);

enum { MOST_PORTS = 9 };

/* PORT, PORT2 ... PORT9: 0 to 8; -1 for any other name. */
int port_index(const char *name);

#endif
