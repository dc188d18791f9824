/*
 * pattern.h - the text of an expected line, and how it matches.
 *
 * "accepted 127.0.0.1:{port:[0-9]+}" is a list of segments: literal bytes, a
 * value ($PORT), a capture ({port:ERE}), what was captured before ({port})
 * and anything at all ({...}).
 */
#ifndef PATTERN_H
#define PATTERN_H

#include "bytes.h"

enum segment_kind { LITERAL, VALUE, CAPTURE, AGAIN, ANYTHING };

struct segment {
    enum segment_kind kind;
    struct bytes text; /* LITERAL: its bytes */
    char *name;        /* VALUE, CAPTURE, AGAIN */
    char *ere;         /* CAPTURE */
};

struct pattern {
    struct segment *segments;
    size_t count;
    bool partial; /* ends in \c: no newline follows */
};

/* Named values: what $NAME stands for, and what captures have matched. */
struct values {
    struct value {
        char *name;
        struct bytes text;
    } * list;
    size_t count;
};

const struct bytes *find_value(const struct values *values, const char *name);
void set_value(struct values *values, const char *name, const char *text,
               size_t len);
void free_values(struct values *values);

/*
 * How a text is written in the transcript: with escapes (\n, \xNN, \{ ...),
 * or as strace writes it, where a backslash is just a backslash.
 */
enum notation { ESCAPES, STRACE };

/*
 * Read a pattern. Returns NULL, or what is wrong with the text as a message
 * that lives until the next call. The pattern is the caller's to free.
 */
const char *pattern_parse(struct pattern *pattern, const char *text, size_t len,
                          enum notation notation);
/* Partial, and nothing fixed says where it ends. */
bool pattern_is_open_ended(const struct pattern *pattern);
void pattern_free(struct pattern *pattern);

enum strictness {
    STRICT, /* {name} is what was captured */
    KNOWN,  /* the same, or anything while nothing was captured */
    LENIENT /* {name} may be anything: the question is whether a line that
               has come early can still turn out right */
};

/*
 * Does the pattern match the whole of text (its beginning, if the pattern is
 * partial)? On success *used is the number of bytes matched, and, where
 * captured is not NULL, captures are stored there.
 */
bool pattern_match(const struct pattern *pattern, const char *text, size_t len,
                   const struct values *set, struct values *captured,
                   enum strictness strictness, size_t *used);

/* How many bytes of text agree with the pattern before they differ. */
size_t pattern_agrees(const struct pattern *pattern, const char *text,
                      size_t len, const struct values *set,
                      const struct values *captured);

/* The same, and how many agree at the end: which of several patterns the text
 * was probably meant to be. */
size_t pattern_likeness(const struct pattern *pattern, const char *text,
                        size_t len, const struct values *set,
                        const struct values *captured);

/*
 * Append the pattern as a person should see it: values filled in, captures
 * that are known filled in, others as written.
 */
void pattern_show(struct bytes *to, const struct pattern *pattern,
                  const struct values *set, const struct values *captured);

#endif
