#include "stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void stream_init(struct stream *stream)
{
    *stream = (struct stream){.fd = -1};
}

void stream_open(struct stream *stream, int fd)
{
    stream_close(stream);
    bytes_free(&stream->data);
    *stream = (struct stream){.fd = fd};
}

void stream_close(struct stream *stream)
{
    if (stream->fd != -1)
        close(stream->fd);
    stream->fd = -1;
}

bool stream_is_open(const struct stream *stream)
{
    return stream->fd != -1;
}

bool stream_is_full(const struct stream *stream)
{
    return stream->data.len - stream->start >= STREAM_LIMIT;
}

bool stream_read(struct stream *stream)
{
    char part[65536];
    ssize_t n = read(stream->fd, part, sizeof part);
    if (n > 0) {
        bytes_add(&stream->data, part, (size_t)n);
        stream->total += (unsigned long long)n;
        return true;
    }
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return false;
    /* End of file; a pty's other side says it with EIO (pty(7)). */
    stream_close(stream);
    return true;
}

enum front stream_front(struct stream *stream, const char **text, size_t *len)
{
    struct bytes *data = &stream->data;
    *len = data->len - stream->start;
    *text = *len ? data->data + stream->start : "";
    if (stream->scanned < stream->start)
        stream->scanned = stream->start;
    const char *newline = NULL;
    if (data->len > stream->scanned)
        newline = memchr(data->data + stream->scanned, '\n',
                         data->len - stream->scanned);
    if (newline != NULL) {
        stream->scanned = (size_t)(newline - data->data);
        *len = (size_t)(newline - *text);
        return LINE;
    }
    stream->scanned = data->len;
    if (*len > LINE_LIMIT)
        return LONG;
    if (stream_is_open(stream))
        return *len ? PART : NOTHING;
    return *len ? LAST_PART : NOTHING;
}

void stream_take(struct stream *stream, size_t len)
{
    stream->start += len;
    stream->checked = false;
    /* Give the room back, but seldom: moving the rest for each line is what
     * makes a flood expensive. */
    if (stream->start > stream->data.len / 2 || stream->start > LINE_LIMIT) {
        bytes_drop(&stream->data, stream->start);
        stream->scanned -=
            stream->scanned < stream->start ? stream->scanned : stream->start;
        stream->start = 0;
    }
}
