#include "report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct options *asked_for;
static int file = -1;
static size_t written;

static long shortened[2];
static long interrupted[KINDS];
static char last[200];

struct text {
    char bytes[8192];
    size_t length;
};

static void add(struct text *text, const char *what, const char *which,
                long count)
{
    size_t room = sizeof text->bytes - text->length;
    if (count == 0 || room < 200)
        return;
    int n = snprintf(text->bytes + text->length, room, "%s %.60s %ld\n", what,
                     which, count);
    text->length += (size_t)n;
}

/* All of it at once, so that whoever reads it finds it whole. */
static void write_report(void)
{
    struct text text = {.length = 0};
    if (file == -1)
        return;
    add(&text, "short", "read", shortened[0]);
    add(&text, "short", "write", shortened[1]);
    for (int i = 0; i < KINDS; i++)
        add(&text, "eintr", kind_names[i], interrupted[i]);
    for (int i = 0; i < asked_for->rule_count; i++) {
        const struct rule *rule = &asked_for->rules[i];
        char which[64];
        snprintf(which, sizeof which, "%s %s", rule->call, rule->symbol);
        add(&text, rule->starves ? "starved" : "error",
            rule->starves ? rule->call : which, rule->done);
    }
    size_t room = sizeof text.bytes - text.length;
    int n = snprintf(text.bytes + text.length, room, "%s", last);
    text.length += (size_t)n;
    (void)!pwrite(file, text.bytes, text.length, 0);
    if (text.length < written)
        (void)!ftruncate(file, (off_t)text.length);
    written = text.length;
}

void begin_report(const struct options *options, int fd)
{
    asked_for = options;
    file = fd;
}

/* Who was hit last; for a call without a descriptor a "-" stands there. */
static void begin_last(const struct call *call, int fd)
{
    char number[16] = "-";
    if (fd >= 0)
        snprintf(number, sizeof number, "%d", fd);
    snprintf(last, sizeof last, "last %.*s %s ", name_length(call), call->names,
             number);
}

static void end_last(const char *what)
{
    size_t length = strlen(last);
    snprintf(last + length, sizeof last - length, "%s\n", what);
    write_report();
}

void report_short(const struct call *call, int fd, bool writes,
                  unsigned long moved, unsigned long asked)
{
    char what[80];
    shortened[writes]++;
    snprintf(what, sizeof what, "short %lu of %lu", moved, asked);
    begin_last(call, fd);
    end_last(what);
}

void report_eintr(const struct call *call, int fd)
{
    interrupted[call->kind]++;
    begin_last(call, fd);
    end_last("EINTR");
}

void report_error(const struct call *call, int fd, const struct rule *rule)
{
    begin_last(call, fd);
    end_last(rule->symbol);
}
