#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

/* ------------------------------------------------------------- reading -- */

static void skip_blanks(struct words *line)
{
    while (line->at < line->end && *line->at == ' ')
        line->at++;
}

bool nothing_left(const struct words *line)
{
    struct words rest = *line;
    skip_blanks(&rest);
    return rest.at == rest.end;
}

bool take_word(struct words *line, char *word, size_t size)
{
    struct words rest = *line;
    size_t len = 0;
    skip_blanks(&rest);
    for (; rest.at < rest.end && *rest.at != ' '; rest.at++) {
        if (*rest.at == '\0' || len + 1 >= size)
            return false;
        word[len++] = *rest.at;
    }
    word[len] = '\0';
    if (len == 0)
        return false;
    /* One blank ends a word; those behind it are the text's own. */
    if (rest.at < rest.end)
        rest.at++;
    *line = rest;
    return true;
}

bool take_number(struct words *line, uint64_t limit, uint64_t *number)
{
    struct words rest = *line;
    char word[24];
    uint64_t value = 0;
    if (!take_word(&rest, word, sizeof word))
        return false;
    for (const char *c = word; *c != '\0'; c++) {
        if (*c < '0' || *c > '9')
            return false;
        uint64_t digit = (uint64_t)(*c - '0');
        if (digit > limit || value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    *line = rest;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *digit = c ? strchr(digits, c) : NULL;
    return digit ? (int)((digit - digits) % 16) : -1;
}

/* The byte that the escape at `at` stands for, and its length; 0 for none. */
static size_t read_escape(const char *at, const char *end, char *byte)
{
    static const char letters[] = "nrt\\\"", bytes[] = "\n\r\t\\\"";
    char next = end - at >= 2 ? at[1] : '\0';
    const char *letter = next ? strchr(letters, next) : NULL;
    if (letter != NULL) {
        *byte = bytes[letter - letters];
        return 2;
    }
    int high = next == 'x' && end - at >= 4 ? hex_digit(at[2]) : -1;
    int low = high >= 0 ? hex_digit(at[3]) : -1;
    if (low < 0)
        return 0;
    *byte = (char)(high * 16 + low);
    return 4;
}

bool unescape(const char *command, struct words *text)
{
    char *to = text->at;
    for (const char *from = text->at; from < text->end;) {
        char byte = *from;
        size_t len = byte == '\\' ? read_escape(from, text->end, &byte) : 1;
        if (len == 0) {
            printf("%s: unknown escape; there are \\n \\r \\t \\xNN \\\\ "
                   "\\\"\n",
                   command);
            return false;
        }
        *to++ = byte;
        from += len;
    }
    text->end = to;
    return true;
}

/* ------------------------------------------------------------- showing -- */

static bool continues(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* The length of the valid UTF-8 character at data that can be shown, else 0:
 * no control characters, no surrogates, nothing longer than need be. */
static size_t printable(const unsigned char *data, size_t len)
{
    unsigned char first = data[0];
    if (first < 0x80)
        return first >= ' ' && first != 0x7F;
    size_t n = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || n > len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if (!continues(data[i]))
            return 0;
    unsigned char second = data[1];
    bool bad =
        (first == 0xC2 && second < 0xA0) || (first == 0xE0 && second < 0xA0) ||
        (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second > 0x8F);
    return bad ? 0 : n;
}

static void print_escape(unsigned char c)
{
    static const char bytes[] = "\n\r\t\\\"", letters[] = "nrt\\\"";
    const char *byte = c ? strchr(bytes, c) : NULL;
    if (byte != NULL)
        printf("\\%c", letters[byte - bytes]);
    else
        printf("\\x%02x", c);
}

void print_quoted(const char *data, size_t len)
{
    putchar('"');
    while (len > 0) {
        bool special = *data == '"' || *data == '\\';
        size_t n = special ? 0 : printable((const unsigned char *)data, len);
        if (n > 0)
            fwrite(data, 1, n, stdout);
        else
            print_escape((unsigned char)*data);
        n = n ? n : 1;
        data += n;
        len -= n;
    }
    putchar('"');
}

const char *error_text(int error)
{
    static char text[120];
    snprintf(text, sizeof text, "%s %s", error_symbol(error), strerror(error));
    return text;
}

void say_error(const char *command)
{
    printf("%s: %s\n", command, error_text(errno));
}
