#include "pattern.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- values -- */

const struct bytes *find_value(const struct values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->list[i].name, name) == 0)
            return &values->list[i].text;
    return NULL;
}

void set_value(struct values *values, const char *name, const char *text,
               size_t len)
{
    struct value *value = NULL;
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->list[i].name, name) == 0)
            value = &values->list[i];
    if (value == NULL) {
        values->list = grow(values->list, values->count + 1, sizeof *value);
        value = &values->list[values->count++];
        *value = (struct value){.name = copy_text(name, strlen(name))};
    }
    bytes_clear(&value->text);
    bytes_add(&value->text, text, len);
}

void free_values(struct values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        free(values->list[i].name);
        bytes_free(&values->list[i].text);
    }
    free(values->list);
    *values = (struct values){0};
}

/* -------------------------------------------------------------- reading -- */

struct reader {
    const char *at;
    const char *end;
    enum notation notation;
    struct pattern *pattern;
};

static char problem[200];

static struct segment *add_segment(struct pattern *pattern,
                                   enum segment_kind kind)
{
    pattern->segments =
        grow(pattern->segments, pattern->count + 1, sizeof *pattern->segments);
    struct segment *segment = &pattern->segments[pattern->count++];
    *segment = (struct segment){.kind = kind};
    return segment;
}

static void add_literal(struct pattern *pattern, char c)
{
    struct segment *last = NULL;
    if (pattern->count > 0)
        last = &pattern->segments[pattern->count - 1];
    if (last == NULL || last->kind != LITERAL)
        last = add_segment(pattern, LITERAL);
    bytes_add_char(&last->text, c);
}

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static const char *read_hex(struct reader *reader)
{
    int high = reader->end - reader->at >= 4 ? hex_digit(reader->at[2]) : -1;
    int low = high >= 0 ? hex_digit(reader->at[3]) : -1;
    if (low < 0)
        return "\\x needs two hexadecimal digits, as in \\x00";
    add_literal(reader->pattern, (char)(high * 16 + low));
    reader->at += 4;
    return NULL;
}

/* In strace's notation only \{ and \$ are escapes; the rest is strace's. */
static const char *read_escape(struct reader *reader)
{
    char next = reader->end - reader->at >= 2 ? reader->at[1] : '\0';
    bool shared = next == '{' || next == '$';
    if (reader->notation == STRACE && !shared) {
        add_literal(reader->pattern, *reader->at++);
        if (next == '\\') /* a pair, so that \\{ is not taken for \{ */
            add_literal(reader->pattern, *reader->at++);
        return NULL;
    }

    static const char letters[] = "nrt\\{$", bytes[] = "\n\r\t\\{$";
    const char *letter = next ? strchr(letters, next) : NULL;
    if (letter != NULL) {
        add_literal(reader->pattern, bytes[letter - letters]);
        reader->at += 2;
        return NULL;
    }
    if (next == 'x')
        return read_hex(reader);
    if (next == 'c' && reader->at + 2 == reader->end) {
        reader->pattern->partial = true;
        reader->at += 2;
        return NULL;
    }
    if (next == 'c')
        return "\\c (no newline follows) stands only at the end of a line";
    return "unknown escape; there are \\n \\r \\t \\xNN \\\\ \\{ \\$ and \\c "
           "at the end";
}

static const char *read_value(struct reader *reader)
{
    const char *from = ++reader->at;
    while (reader->at < reader->end &&
           (isupper((unsigned char)*reader->at) ||
            isdigit((unsigned char)*reader->at) || *reader->at == '_'))
        reader->at++;
    struct segment *segment = add_segment(reader->pattern, VALUE);
    segment->name = copy_text(from, (size_t)(reader->at - from));
    return NULL;
}

/* The ] that closes the bracket expression at `at` ("[^]a]", "[[:alpha:]]"),
 * or end. */
static const char *bracket_end(const char *at, const char *end)
{
    at++;
    if (at < end && *at == '^')
        at++;
    if (at < end && *at == ']')
        at++;
    for (; at < end && *at != ']'; at++)
        if (*at == '[' && at + 1 < end && strchr(":.=", at[1]) != NULL) {
            char kind = at[1];
            for (at += 2; at + 1 < end && !(at[0] == kind && at[1] == ']');)
                at++;
            at++;
        }
    return at < end ? at : end;
}

/* The end of an ERE: its own braces and brackets are skipped over. */
static const char *ere_end(const char *at, const char *end)
{
    for (int depth = 0; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == '[')
            at = bracket_end(at, end);
        else if (*at == '{')
            depth++;
        else if (*at == '}' && depth-- == 0)
            return at;
        if (at == end)
            break;
    }
    return NULL;
}

/* What regcomp(3) lets pass and what would fall apart inside a longer one. */
static const char *find_loose_part(const char *ere)
{
    int depth = 0;
    for (const char *at = ere; *at != '\0'; at++) {
        if (*at == '\\' && isdigit((unsigned char)at[1]))
            return "a \\ and a digit refers to nothing in a capture; expected "
                   "{name} further on in the line";
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '[')
            at = bracket_end(at, at + strlen(at));
        else if (*at == '(')
            depth++;
        else if (*at == ')' && depth-- == 0)
            return "a ) that no ( opens in a capture; expected \\)";
        if (*at == '\0')
            break;
    }
    return NULL;
}

static const char *check_ere(const char *ere)
{
    regex_t regex;
    int error = regcomp(&regex, ere, REG_EXTENDED | REG_NOSUB);
    if (error == 0) {
        regfree(&regex);
        return find_loose_part(ere);
    }
    char why[100];
    regerror(error, &regex, why, sizeof why);
    snprintf(problem, sizeof problem, "the regular expression %.60s: %s", ere,
             why);
    return problem;
}

/* At "{name:ERE}" or "{name}"; false if it is neither: a mere brace. */
static bool at_capture(const struct reader *reader)
{
    const char *at = reader->at + 1;
    if (at >= reader->end || !islower((unsigned char)*at))
        return false;
    while (at < reader->end && (islower((unsigned char)*at) ||
                                isdigit((unsigned char)*at) || *at == '_'))
        at++;
    return at < reader->end && (*at == ':' || *at == '}');
}

static const char *read_capture(struct reader *reader)
{
    const char *from = ++reader->at;
    while (*reader->at != ':' && *reader->at != '}')
        reader->at++;
    char *name = copy_text(from, (size_t)(reader->at - from));
    if (*reader->at++ == '}') {
        add_segment(reader->pattern, AGAIN)->name = name;
        return NULL;
    }
    struct segment *segment = add_segment(reader->pattern, CAPTURE);
    segment->name = name;
    const char *end = ere_end(reader->at, reader->end);
    if (end == NULL)
        return "a capture that no } closes";
    segment->ere = copy_text(reader->at, (size_t)(end - reader->at));
    reader->at = end + 1;
    return check_ere(segment->ere);
}

static const char *read_brace(struct reader *reader)
{
    size_t left = (size_t)(reader->end - reader->at);
    if (left >= 5 && memcmp(reader->at, "{...}", 5) == 0) {
        add_segment(reader->pattern, ANYTHING);
        reader->at += 5;
        return NULL;
    }
    if (at_capture(reader))
        return read_capture(reader);
    add_literal(reader->pattern, *reader->at++);
    return NULL;
}

static bool at_value(const struct reader *reader)
{
    return reader->at + 1 < reader->end &&
           isupper((unsigned char)reader->at[1]);
}

static size_t count_groups(const char *ere)
{
    regex_t regex;
    if (regcomp(&regex, ere, REG_EXTENDED) != 0)
        return 0;
    size_t groups = regex.re_nsub;
    regfree(&regex);
    return groups;
}

/* Regular expressions have \1 to \9 for what they captured before. */
static const char *check_groups(const struct pattern *pattern)
{
    size_t groups = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct segment *segment = &pattern->segments[i];
        if (segment->kind == AGAIN && groups > 9)
            return "more than 9 groups and captures stand before a {name} of "
                   "the same line";
        if (segment->kind == CAPTURE)
            groups += 1 + count_groups(segment->ere);
    }
    return NULL;
}

const char *pattern_parse(struct pattern *pattern, const char *text, size_t len,
                          enum notation notation)
{
    *pattern = (struct pattern){0};
    struct reader reader = {text, text + len, notation, pattern};
    const char *wrong = NULL;
    while (reader.at < reader.end && wrong == NULL) {
        if (*reader.at == '\\')
            wrong = read_escape(&reader);
        else if (*reader.at == '$' && at_value(&reader))
            wrong = read_value(&reader);
        else if (*reader.at == '{')
            wrong = read_brace(&reader);
        else
            add_literal(pattern, *reader.at++);
    }
    return wrong ? wrong : check_groups(pattern);
}

bool pattern_is_open_ended(const struct pattern *pattern)
{
    if (!pattern->partial || pattern->count == 0)
        return false;
    enum segment_kind last = pattern->segments[pattern->count - 1].kind;
    return last == CAPTURE || last == ANYTHING;
}

void pattern_free(struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->count; i++) {
        bytes_free(&pattern->segments[i].text);
        free(pattern->segments[i].name);
        free(pattern->segments[i].ere);
    }
    free(pattern->segments);
    *pattern = (struct pattern){0};
}

/* ------------------------------------------------------------- matching -- */

/*
 * A pattern with captures is matched as one extended regular expression.
 * regexec(3) works on C strings, so a NUL is written as \1 '0' on both sides,
 * and \1 itself as \1 '1'.
 */
static void encode(struct bytes *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\0' || data[i] == '\1') {
            bytes_add_char(to, '\1');
            bytes_add_char(to, data[i] == '\0' ? '0' : '1');
        } else {
            bytes_add_char(to, data[i]);
        }
    }
}

static void decode(struct bytes *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\1' && i + 1 < len)
            bytes_add_char(to, data[++i] == '0' ? '\0' : '\1');
        else
            bytes_add_char(to, data[i]);
    }
}

static void add_quoted(struct bytes *ere, const char *data, size_t len)
{
    struct bytes encoded = {0};
    encode(&encoded, data, len);
    for (size_t i = 0; i < encoded.len; i++) {
        if (strchr(".[]*^$()+?{}|\\", encoded.data[i]) != NULL)
            bytes_add_char(ere, '\\');
        bytes_add_char(ere, encoded.data[i]);
    }
    bytes_free(&encoded);
}

struct matcher {
    const struct pattern *pattern;
    const struct values *set;
    const struct values *captured;
    enum strictness strictness;
};

/* The fixed text of a segment, or NULL where it can be one of many. */
static const struct bytes *fixed_text(const struct matcher *matcher,
                                      const struct segment *segment)
{
    if (segment->kind == LITERAL)
        return &segment->text;
    if (segment->kind == VALUE)
        return find_value(matcher->set, segment->name);
    if (segment->kind == AGAIN && matcher->strictness != LENIENT)
        return find_value(matcher->captured, segment->name);
    return NULL;
}

/* The segment of the same line that captured what segment i says again; i if
 * there is none. */
static size_t same_line_capture(const struct pattern *pattern, size_t i)
{
    for (size_t k = i; k-- > 0;)
        if (pattern->segments[k].kind == CAPTURE &&
            strcmp(pattern->segments[k].name, pattern->segments[i].name) == 0)
            return k;
    return i;
}

/* The regular expression of the first count segments; group[i] is the number
 * of the group of segment i. A {name} captured in the same line refers back. */
static void build_ere(const struct matcher *matcher, size_t count,
                      struct bytes *ere, size_t *group)
{
    size_t groups = 0;
    bytes_add_char(ere, '^');
    for (size_t i = 0; i < count; i++) {
        const struct segment *segment = &matcher->pattern->segments[i];
        size_t same = i;
        if (segment->kind == AGAIN)
            same = same_line_capture(matcher->pattern, i);
        const struct bytes *fixed = fixed_text(matcher, segment);
        if (same < i) {
            bytes_format(ere, "\\%zu", group[same]);
        } else if (fixed != NULL) {
            add_quoted(ere, fixed->data, fixed->len);
        } else if (segment->kind == CAPTURE) {
            group[i] = ++groups;
            groups += count_groups(segment->ere);
            bytes_format(ere, "(%s)", segment->ere);
        } else {
            bytes_add_text(ere, ".*");
        }
    }
}

static void keep_captures(const struct matcher *matcher, size_t count,
                          const char *subject, const regmatch_t *at,
                          const size_t *group, struct values *captured)
{
    for (size_t i = 0; i < count; i++) {
        const struct segment *segment = &matcher->pattern->segments[i];
        if (segment->kind != CAPTURE)
            continue;
        const regmatch_t *found = &at[group[i]];
        struct bytes text = {0};
        decode(&text, subject + found->rm_so,
               (size_t)(found->rm_eo - found->rm_so));
        set_value(captured, segment->name, text.data, text.len);
        bytes_free(&text);
    }
}

/* Match the first count segments at the start of text. */
static bool match_ere(const struct matcher *matcher, size_t count, bool whole,
                      const char *text, size_t len, struct values *captured,
                      size_t *used)
{
    struct bytes ere = {0}, subject = {0};
    size_t *group = grow(NULL, count + 1, sizeof *group);
    build_ere(matcher, count, &ere, group);
    if (whole)
        bytes_add_char(&ere, '$');
    encode(&subject, text, len);

    regex_t regex;
    bool matched = false;
    if (regcomp(&regex, bytes_text(&ere), REG_EXTENDED) == 0) {
        regmatch_t *at = grow(NULL, regex.re_nsub + 1, sizeof *at);
        matched = regexec(&regex, bytes_text(&subject), regex.re_nsub + 1, at,
                          0) == 0;
        if (matched) {
            struct bytes plain = {0};
            decode(&plain, subject.data, (size_t)at[0].rm_eo);
            *used = plain.len;
            bytes_free(&plain);
            if (captured != NULL)
                keep_captures(matcher, count, subject.data, at, group,
                              captured);
        }
        free(at);
        regfree(&regex);
    }
    free(group);
    bytes_free(&ere);
    bytes_free(&subject);
    return matched;
}

static bool has_capture(const struct matcher *matcher)
{
    for (size_t i = 0; i < matcher->pattern->count; i++)
        if (matcher->pattern->segments[i].kind == CAPTURE)
            return true;
    return false;
}

/* Append the fixed texts from segment *at on; stop after the first segment
 * that may be anything. Says whether there was one. */
static bool next_fixed(const struct matcher *matcher, size_t *at,
                       struct bytes *chunk)
{
    bytes_clear(chunk);
    while (*at < matcher->pattern->count) {
        const struct segment *segment = &matcher->pattern->segments[(*at)++];
        const struct bytes *fixed = fixed_text(matcher, segment);
        if (fixed == NULL)
            return true;
        bytes_add(chunk, fixed->data, fixed->len);
    }
    return false;
}

/* Where chunk is found first in text from at on, or len + 1. */
static size_t find_chunk(const struct bytes *chunk, const char *text,
                         size_t len, size_t at)
{
    if (chunk->len == 0)
        return at;
    for (; at + chunk->len <= len; at++) {
        const char *start = memchr(text + at, chunk->data[0], len - at);
        if (start == NULL)
            return len + 1;
        at = (size_t)(start - text);
        if (at + chunk->len <= len &&
            memcmp(start, chunk->data, chunk->len) == 0)
            return at;
    }
    return len + 1;
}

/*
 * A pattern without captures: fixed texts, with anything between some of
 * them. The first stands at the beginning, the last at the end, each of the
 * others is taken where it is found first. Needs no memory for long lines.
 */
static bool match_fixed(const struct matcher *matcher, const char *text,
                        size_t len, size_t *used)
{
    bool partial = matcher->pattern->partial;
    struct bytes chunk = {0};
    size_t segment = 0;
    bool more = next_fixed(matcher, &segment, &chunk);
    bool matched = chunk.len <= len &&
                   (chunk.len == 0 || memcmp(text, chunk.data, chunk.len) == 0);
    *used = chunk.len;
    while (matched && more) {
        more = next_fixed(matcher, &segment, &chunk);
        size_t from = *used;
        if (!more && !partial && chunk.len <= len - from)
            from = len - chunk.len;
        bool open_end = !more && chunk.len == 0;
        size_t found = open_end ? len : find_chunk(&chunk, text, len, from);
        matched = found <= len;
        *used = found + chunk.len;
    }
    bytes_free(&chunk);
    return matched && (partial || *used == len);
}

/* In an @any block a {name} can be asked for before it is captured. */
static bool is_resolved(const struct matcher *matcher)
{
    const struct pattern *pattern = matcher->pattern;
    for (size_t i = 0; i < pattern->count; i++)
        if (pattern->segments[i].kind == AGAIN &&
            same_line_capture(pattern, i) == i &&
            find_value(matcher->captured, pattern->segments[i].name) == NULL)
            return false;
    return true;
}

bool pattern_match(const struct pattern *pattern, const char *text, size_t len,
                   const struct values *set, struct values *captured,
                   enum strictness strictness, size_t *used)
{
    struct values none = {0};
    struct matcher matcher = {pattern, set, captured ? captured : &none,
                              strictness};
    if (strictness == STRICT && !is_resolved(&matcher))
        return false;
    if (!has_capture(&matcher))
        return match_fixed(&matcher, text, len, used);
    return match_ere(&matcher, pattern->count, !pattern->partial, text, len,
                     strictness == STRICT ? captured : NULL, used);
}

size_t pattern_agrees(const struct pattern *pattern, const char *text,
                      size_t len, const struct values *set,
                      const struct values *captured)
{
    struct matcher matcher = {pattern, set, captured, STRICT};
    size_t agreed = 0, count = pattern->count;
    while (count > 0 &&
           !match_ere(&matcher, count, false, text, len, NULL, &agreed))
        count--;
    if (count == 0)
        agreed = 0;
    if (count == pattern->count)
        return agreed;

    const struct bytes *fixed = fixed_text(&matcher, &pattern->segments[count]);
    for (size_t i = 0; fixed != NULL && i < fixed->len && agreed < len; i++)
        if (fixed->data[i] == text[agreed])
            agreed++;
        else
            break;
    return agreed;
}

size_t pattern_likeness(const struct pattern *pattern, const char *text,
                        size_t len, const struct values *set,
                        const struct values *captured)
{
    struct matcher matcher = {pattern, set, captured, STRICT};
    size_t front = pattern_agrees(pattern, text, len, set, captured);
    size_t back = 0;
    for (size_t i = pattern->count; i-- > 0;) {
        const struct bytes *fixed = fixed_text(&matcher, &pattern->segments[i]);
        size_t left = fixed ? fixed->len : 0;
        while (left > 0 && front + back < len &&
               fixed->data[left - 1] == text[len - back - 1]) {
            left--;
            back++;
        }
        if (fixed == NULL || left > 0)
            break;
    }
    return front + back;
}

void pattern_show(struct bytes *to, const struct pattern *pattern,
                  const struct values *set, const struct values *captured)
{
    struct matcher matcher = {pattern, set, captured, STRICT};
    for (size_t i = 0; i < pattern->count; i++) {
        const struct segment *segment = &pattern->segments[i];
        const struct bytes *fixed = fixed_text(&matcher, segment);
        if (fixed != NULL)
            show_bytes(to, fixed->data, fixed->len, SHOW_NOTATION);
        else if (segment->kind == CAPTURE)
            bytes_format(to, "{%s:%s}", segment->name, segment->ere);
        else if (segment->kind == AGAIN)
            bytes_format(to, "{%s}", segment->name);
        else
            bytes_add_text(to, "{...}");
    }
}
