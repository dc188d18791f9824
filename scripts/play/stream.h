/*
 * stream.h - lines out of a descriptor, whatever bytes they hold.
 */
#ifndef STREAM_H
#define STREAM_H

#include "bytes.h"

/*
 * How much a stream keeps that nobody has asked for yet. When it is full it
 * is not read, so that a flood of output stalls its writer and not us. A
 * single line may fill half of it.
 */
enum { STREAM_LIMIT = 8 << 20, LINE_LIMIT = STREAM_LIMIT / 2 };

struct stream {
    int fd;            /* -1: has ended, or never began */
    struct bytes data; /* what was read; the part from `start` on is new */
    size_t start;
    size_t scanned;           /* no newline stands before this offset of data */
    unsigned long long total; /* bytes that have come since it was opened */
    bool checked; /* the line at the front was found to be possible */
};

void stream_init(struct stream *stream);

/* Begin with fd, -1 for none; what was open before is closed. */
void stream_open(struct stream *stream, int fd);
void stream_close(struct stream *stream);

bool stream_is_open(const struct stream *stream);
bool stream_is_full(const struct stream *stream);

/* Read what is there. True if anything came, the end included. */
bool stream_read(struct stream *stream);

/*
 * What is at the front: the text (without its newline) and its length.
 * LINE is a whole line; PART has no newline yet; LAST_PART will never have
 * one, for the stream has ended; LONG is a part longer than LINE_LIMIT.
 */
enum front { NOTHING, LINE, PART, LAST_PART, LONG };
enum front stream_front(struct stream *stream, const char **text, size_t *len);

/* Take len bytes off the front. */
void stream_take(struct stream *stream, size_t len);

#endif
