#include "peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A number that looks like chance and is always the same for the same two:
 * splitmix64's step and mixing. */
static uint64_t scatter(uint64_t seed, uint64_t at)
{
    uint64_t z = seed * UINT64_C(0xD1342543DE82EF95) +
                 (at + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static unsigned char random_byte(uint64_t seed, uint64_t at)
{
    return (unsigned char)(scatter(seed, at / 8) >> (at % 8 * 8));
}

/* A NUL stands early and often: that is where careless programs stop. */
static unsigned char binary_byte(uint64_t seed, uint64_t at)
{
    return at % 64 == 5 ? 0 : random_byte(seed, at);
}

/* Lines of 60 letters; the last may be shorter, and has its newline. */
static unsigned char line_byte(const struct source *source, uint64_t at)
{
    if (at % 61 == 60 || at + 1 == source->total)
        return '\n';
    return (unsigned char)('a' + random_byte(source->seed, at) % 26);
}

/* The text again and again, from the middle of it. */
static void repeat_text(const struct source *source, uint64_t at,
                        unsigned char *to, size_t n)
{
    while (n > 0) {
        size_t from = (size_t)(at % source->len);
        size_t part = source->len - from < n ? source->len - from : n;
        memcpy(to, source->text + from, part);
        to += part;
        at += part;
        n -= part;
    }
}

void make_bytes(const struct source *source, uint64_t at, void *to, size_t n)
{
    unsigned char *bytes = to;
    if (source->kind == RANDOM_BYTES)
        for (size_t i = 0; i < n; i++)
            bytes[i] = binary_byte(source->seed, at + i);
    else if (source->kind == RANDOM_LINES)
        for (size_t i = 0; i < n; i++)
            bytes[i] = line_byte(source, at + i);
    else
        repeat_text(source, at, bytes, n);
}

const struct sink empty_sink = {.sum = 2166136261U};

void add_to_sink(struct sink *sink, const void *data, size_t n)
{
    const unsigned char *bytes = data;
    uint32_t sum = sink->sum;
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ bytes[i]) * 16777619U;
    sink->sum = sum;
    size_t room = sink->count < KEPT ? KEPT - (size_t)sink->count : 0;
    memcpy(sink->kept + (KEPT - room), data, n < room ? n : room);
    sink->count += n;
}

void print_sink(const struct sink *sink)
{
    if (sink->count <= KEPT)
        print_quoted(sink->kept, (size_t)sink->count);
    else
        printf("%" PRIu64 " bytes, sum 0x%08" PRIx32, sink->count, sink->sum);
}
