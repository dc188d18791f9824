/*
 * request.h - read an HTTP request: bytes from a stranger in, a file's name or
 * a status out. No socket and no file is touched here.
 *
 *   read   RFC 9112, sections 2.2, 3 and 5; RFC 9110, section 15
 *
 *     GET /notes/a%20b.txt?x=1 HTTP/1.1       method, target, version
 *     Host: 127.0.0.1:5000                    fields, one a line
 *                                             an empty line: the head ends
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { HEAD_SIZE = 8192 }; /* no request's head may be longer */

struct request {
    const char *method; /* NULL, and so is target, if it cannot be read */
    const char *target; /* as it came, without the query */
    char path[HEAD_SIZE + sizeof "index.html"]; /* decoded */
};

/* RFC 9112, 2.2: empty lines may precede a request. How many bytes are they? */
static inline size_t empty_lines(const char *bytes, size_t length)
{
    size_t n = 0;
    while (n < length && (bytes[n] == '\r' || bytes[n] == '\n'))
        n++;
    return n;
}

/* A stream has no messages (lesson 07): the head may come in pieces. Returns
 * its length, the empty line included, or 0: there is more to come. */
static inline size_t head_length(const char *bytes, size_t length)
{
    size_t first = empty_lines(bytes, length); /* these end no head */
    for (size_t i = first + 1; i < length; i++)
        if (bytes[i] == '\n' &&
            (bytes[i - 1] == '\n' ||
             (i > first + 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n')))
            return i + 1;
    return 0;
}

/* The line at *at, ended by a NUL in the place of CR LF; *at goes on to the
 * next. NULL if a byte is in it that no line of text has. */
static inline char *next_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');
    *at = end + 1;
    if (end > line && end[-1] == '\r')
        end--;
    *end = '\0';
    for (const char *c = line; *c != '\0'; c++)
        if (iscntrl((unsigned char)*c) && *c != '\t')
            return NULL;
    return line;
}

/* How many bytes at text can stand in the name of a method or a field. */
static inline size_t token_length(const char *text)
{
    return strspn(text, "!#$%&'*+-.^_`|~0123456789"
                        "abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* Every field must be one, and Host must be there once, from HTTP/1.1 on. */
static inline bool good_fields(char *at, bool host_wanted)
{
    int hosts = 0;
    char *line;
    while ((line = next_line(&at)) != NULL && *line != '\0') {
        size_t name = token_length(line);
        if (name == 0 || line[name] != ':')
            return false;
        if (name == 4 && strncasecmp(line, "host", 4) == 0)
            hosts++;
    }
    return line != NULL && (hosts == 1 || (hosts == 0 && !host_wanted));
}

/* %41 is A. Decoded once, and only once: whoever looks at the path looks at
 * what comes out here. False: not an encoding, or one of a NUL, at which
 * every call that takes a path would stop. */
static inline bool decode(const char *target, char *path)
{
    static const char digits[] = "0123456789abcdef";
    for (; *target != '\0'; target++) {
        if (*target != '%') {
            *path++ = *target;
            continue;
        }
        int byte = 0;
        for (int i = 0; i < 2; i++) {
            int c = tolower((unsigned char)*++target);
            const char *digit = c == '\0' ? NULL : strchr(digits, c);
            if (digit == NULL)
                return false;
            byte = byte * 16 + (int)(digit - digits);
        }
        if (byte == 0)
            return false;
        *path++ = (char)byte;
    }
    *path = '\0';
    return true;
}

static inline bool is_one_of(const char *word, const char *const list[])
{
    while (*list != NULL && strcmp(word, *list) != 0)
        list++;
    return *list != NULL;
}

/* Read the head of that length, as head_length() measured it; it becomes
 * strings, and need not end with a NUL. Returns the status: 200 if we are asked
 * for the file request->path, else what is wrong. */
static inline int read_request(char *head, size_t length,
                               struct request *request)
{
    static const char *const ours[] = {"GET", "HEAD", NULL};
    static const char *const known[] = {"POST",  "PUT",     "DELETE", "CONNECT",
                                        "TRACE", "OPTIONS", "PATCH",  NULL};
    request->method = request->target = NULL;
    if (memchr(head, '\0', length) != NULL)
        return 400;
    head += empty_lines(head, length);

    char *line = next_line(&head);
    if (line == NULL)
        return 400;
    char *method = line;
    char *target = method + token_length(method);
    if (target == method || *target != ' ')
        return 400;
    *target++ = '\0';
    char *version = strchr(target, ' ');
    if (version == NULL)
        return 400;
    *version++ = '\0';
    for (const char *c = target; *c != '\0'; c++)
        if (!isgraph((unsigned char)*c))
            return 400; /* bytes beyond ASCII come as %EC%95%88 */
    if (strncmp(version, "HTTP/", 5) != 0 ||
        !isdigit((unsigned char)version[5]) || version[6] != '.' ||
        !isdigit((unsigned char)version[7]) || version[8] != '\0')
        return 400;
    request->method = method;
    request->target = target;
    if (version[5] != '1')
        return 505;
    if (!good_fields(head, version[7] >= '1'))
        return 400;
    if (!is_one_of(method, ours))
        return is_one_of(method, known) ? 405 : 501;

    /* A proxy is asked for a whole URL, and we must understand it as well. */
    if (strncasecmp(target, "http://", 7) == 0)
        target += 7 + strcspn(target + 7, "/?");
    target[strcspn(target, "?")] = '\0';
    if (*target != '/' && target == request->target)
        return 400;
    request->target = *target == '/' ? target : "/";
    if (!decode(request->target, request->path))
        return 400;
    if (request->path[strlen(request->path) - 1] == '/')
        strcat(request->path, "index.html"); /* there is room for it */
    return 200;
}

#endif
