/*
 * bytes.h - text of any bytes: growing, escaping, showing, measuring.
 *
 * What programs print may hold NULs and invalid UTF-8, so text travels as
 * pointer and length throughout the player, never as a C string alone.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    char *data; /* owned; NULL while empty */
    size_t len;
    size_t cap;
};

/* Append; the process ends with a message when memory is out. */
void bytes_add(struct bytes *to, const void *data, size_t len);
void bytes_add_text(struct bytes *to, const char *text);
void bytes_add_char(struct bytes *to, char c);
void bytes_format(struct bytes *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A word in quotes that a shell takes away again. */
void bytes_add_quoted(struct bytes *to, const char *word);

/* Forget the first len bytes, or all of them (the memory is kept). */
void bytes_drop(struct bytes *from, size_t len);
void bytes_clear(struct bytes *b);
void bytes_free(struct bytes *b);

/* The bytes as a C string, NUL added; it lives as long as b is unchanged. */
const char *bytes_text(struct bytes *b);

/* Allocation that ends the process when memory is out. */
void *grow(void *old, size_t count, size_t size);
char *copy_text(const char *text, size_t len);

/*
 * Append data in a form that a terminal can show: printable UTF-8 stands as
 * it is, anything else becomes \n, \r, \t or \xNN. With notation, the result
 * is in the transcript's own notation: backslashes, opening braces that
 * would start a capture, and $NAMEs are escaped too.
 */
enum show { SHOW_PLAIN, SHOW_NOTATION };
void show_bytes(struct bytes *to, const char *data, size_t len, enum show form);

/*
 * The number of bytes of data that fill at most width columns of a terminal,
 * never cutting a character, and the columns they take in *taken. data has
 * been through show_bytes. A wide character (한) takes two columns.
 */
size_t fit_columns(const char *data, size_t len, size_t width, size_t *taken);
size_t count_columns(const char *data, size_t len);

#endif
