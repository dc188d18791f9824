#define _GNU_SOURCE /* wcwidth, uselocale */
#include "bytes.h"

#include <ctype.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void *grow(void *old, size_t count, size_t size)
{
    void *new = realloc(old, count * size);
    if (new == NULL) {
        fputs("play: out of memory\n", stderr);
        exit(1);
    }
    return new;
}

char *copy_text(const char *text, size_t len)
{
    char *copy = grow(NULL, len + 1, 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

static void reserve(struct bytes *b, size_t more)
{
    if (b->cap - b->len >= more)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->len < more)
        cap *= 2;
    b->data = grow(b->data, cap, 1);
    b->cap = cap;
}

void bytes_add(struct bytes *to, const void *data, size_t len)
{
    if (len == 0)
        return;
    reserve(to, len);
    memcpy(to->data + to->len, data, len);
    to->len += len;
}

void bytes_add_text(struct bytes *to, const char *text)
{
    bytes_add(to, text, strlen(text));
}

void bytes_add_char(struct bytes *to, char c)
{
    bytes_add(to, &c, 1);
}

void bytes_format(struct bytes *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return;
    reserve(to, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(to->data + to->len, (size_t)len + 1, format, args);
    va_end(args);
    to->len += (size_t)len;
}

void bytes_drop(struct bytes *from, size_t len)
{
    from->len -= len;
    if (from->len > 0)
        memmove(from->data, from->data + len, from->len);
}

void bytes_clear(struct bytes *b)
{
    b->len = 0;
}

void bytes_free(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}

void bytes_add_quoted(struct bytes *to, const char *word)
{
    bytes_add_char(to, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            bytes_add_text(to, "'\\'");
        bytes_add_char(to, *word);
    }
    bytes_add_char(to, '\'');
}

const char *bytes_text(struct bytes *b)
{
    reserve(b, 1);
    b->data[b->len] = '\0';
    return b->data;
}

/* A UTF-8 locale for decoding, whatever the user's own is. */
static locale_t utf8_locale(void)
{
    static locale_t utf8;
    if (utf8 == (locale_t)0)
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return utf8;
}

/* Characters that take no room, turn the line round or look like a blank
 * (Unicode's Cf and its other spaces): a person could not see the mistake. */
static bool is_deceptive(wchar_t c)
{
    static const struct {
        long first, last;
    } ranges[] = {
        {0xa0, 0xa0},     {0xad, 0xad},     {0x61c, 0x61c},
        {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f},
        {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},
        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/*
 * Decode the character at data: its length in bytes, and its columns in
 * *columns. 0 when the bytes there cannot be shown as they are.
 */
static size_t printable(const char *data, size_t len, size_t *columns)
{
    unsigned char first = (unsigned char)data[0];
    *columns = 1;
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f;

    locale_t utf8 = utf8_locale();
    if (utf8 == (locale_t)0)
        return 0;
    locale_t before = uselocale(utf8);
    mbstate_t state = {0};
    wchar_t wide;
    size_t n = mbrtowc(&wide, data, len, &state);
    int width = n == 0 || n > len || is_deceptive(wide) ? -1 : wcwidth(wide);
    uselocale(before);
    if (width < 0)
        return 0;
    *columns = (size_t)width;
    return n;
}

static bool opens_capture(const char *data, size_t len)
{
    return len >= 2 && data[0] == '{' &&
           (islower((unsigned char)data[1]) || data[1] == '.');
}

static bool opens_value(const char *data, size_t len)
{
    return len >= 2 && data[0] == '$' && isupper((unsigned char)data[1]);
}

static void show_invisible(struct bytes *to, unsigned char c)
{
    if (c == '\n')
        bytes_add_text(to, "\\n");
    else if (c == '\r')
        bytes_add_text(to, "\\r");
    else if (c == '\t')
        bytes_add_text(to, "\\t");
    else
        bytes_format(to, "\\x%02x", c);
}

void show_bytes(struct bytes *to, const char *data, size_t len, enum show form)
{
    while (len > 0) {
        size_t columns;
        size_t n = printable(data, len, &columns);
        bool escape = form == SHOW_NOTATION &&
                      (data[0] == '\\' || opens_capture(data, len) ||
                       opens_value(data, len));
        if (escape)
            bytes_add_char(to, '\\');
        if (n > 0)
            bytes_add(to, data, n);
        else
            show_invisible(to, (unsigned char)data[0]);
        n = n ? n : 1;
        data += n;
        len -= n;
    }
}

size_t fit_columns(const char *data, size_t len, size_t width, size_t *taken)
{
    size_t used = 0;
    *taken = 0;
    while (used < len) {
        size_t columns;
        size_t n = printable(data + used, len - used, &columns);
        if (*taken + columns > width)
            break;
        used += n ? n : 1;
        *taken += columns;
    }
    return used;
}

size_t count_columns(const char *data, size_t len)
{
    size_t taken;
    fit_columns(data, len, SIZE_MAX, &taken);
    return taken;
}
