#define _GNU_SOURCE /* what common/symbols.h names */
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/symbols.h"

static const char help[] =
    "usage: weather [OPTION]... COMMAND [ARG]...\n"
    "Run a program in bad weather: what the kernel may do at any time, it "
    "does often.\n"
    "\n"
    "  --short LIST       move fewer bytes than asked for: sockets,files\n"
    "  --eintr LIST       interrupt calls that sleep: all, or some of\n"
    "                     accept,recv,send,poll,select,epoll,wait,connect,\n"
    "                     nanosleep\n"
    "  --error CALL:ERRNO[:WHEN]\n"
    "                     let a call fail; WHEN is 2, 2+ or 2..4, and 1+ if\n"
    "                     it is not given. May be repeated\n"
    "  --starve CALL[:WHEN]\n"
    "                     at the WHEN-th such call take all free descriptors\n"
    "                     away, for 0.3 s: EMFILE\n"
    "  --seed N           other weather for each N; 1 if it is not given\n"
    "  --report FILE      what was done, as it is done\n"
    "  --report-fd N      the same into an open descriptor, which COMMAND "
    "does\n"
    "                     not get\n"
    "  --track            do without pidfd_getfd(2), which containers forbid\n"
    "\n"
    "status: that of COMMAND, which has this very process; 2 misused,\n"
    "3 weather cannot be made here, 126 and 127 COMMAND cannot be run\n";

static _Noreturn void misused(const char *what, const char *argument)
{
    fprintf(stderr, "weather: %s%s; `weather --help` lists the options\n", what,
            argument);
    exit(MISUSED);
}

/* -------------------------------------------------------------- lists --- */

static bool add_short(struct options *options, const char *word)
{
    if (strcmp(word, "sockets") == 0)
        options->short_sockets = true;
    else if (strcmp(word, "files") == 0)
        options->short_files = true;
    else
        return false;
    return true;
}

static bool add_eintr(struct options *options, const char *word)
{
    bool found = false;
    for (int i = 0; i < KINDS; i++)
        if (strcmp(word, "all") == 0 || strcmp(word, kind_names[i]) == 0)
            options->eintr[i] = found = true;
    return found;
}

static char *copy_text(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        misused("out of memory", "");
    return copy;
}

static void read_list(struct options *options, const char *option,
                      const char *list,
                      bool (*add)(struct options *, const char *))
{
    char *copy = copy_text(list), *rest = NULL;
    for (char *word = strtok_r(copy, ",", &rest); word != NULL;
         word = strtok_r(NULL, ",", &rest))
        if (!add(options, word)) {
            fprintf(stderr, "weather: %s has no ", option);
            misused(word, "");
        }
    free(copy);
}

/* -------------------------------------------------------------- errors -- */

/* An errno's number, or 0. */
static int error_number(const char *symbol)
{
    for (size_t i = 0; i < sizeof errno_table / sizeof errno_table[0]; i++)
        if (strcmp(symbol, errno_table[i].symbol) == 0)
            return errno_table[i].number;
    if (strcmp(symbol, "EWOULDBLOCK") == 0)
        return EWOULDBLOCK;
    return strcmp(symbol, "ENOTSUP") == 0 ? ENOTSUP : 0;
}

/* A number from 1; *rest is what stands behind it. */
static bool read_count(const char *text, long *count, const char **rest)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *count = strtol(text, &end, 10);
    *rest = end;
    return errno == 0 && *count > 0;
}

/* "2", "2+", "2..4" */
static bool read_when(const char *text, struct rule *rule)
{
    if (!read_count(text, &rule->first, &text))
        return false;
    rule->last = rule->first;
    if (strcmp(text, "+") == 0) {
        rule->last = LONG_MAX;
        return true;
    }
    if (strncmp(text, "..", 2) == 0 &&
        !read_count(text + 2, &rule->last, &text))
        return false;
    return *text == '\0' && rule->last >= rule->first;
}

static bool is_known(const char *name)
{
    const struct call *call;
    for (int i = 0; (call = call_at(i)) != NULL; i++)
        if (call_is(call, name))
            return true;
    return false;
}

static void append_rule(struct options *options, struct rule rule)
{
    size_t size = (size_t)(options->rule_count + 1) * sizeof rule;
    options->rules = realloc(options->rules, size);
    if (options->rules == NULL)
        misused("out of memory", "");
    options->rules[options->rule_count++] = rule;
}

static void add_rule(struct options *options, const char *text)
{
    struct rule rule = {.first = 1, .last = LONG_MAX, .call = copy_text(text)};
    char *symbol = strchr(rule.call, ':');
    if (symbol == NULL)
        misused("--error takes CALL:ERRNO[:WHEN], not ", text);
    *symbol++ = '\0';
    char *when = strchr(symbol, ':');
    if (when != NULL)
        *when++ = '\0';
    rule.symbol = symbol;
    rule.error = error_number(symbol);
    if (!is_known(rule.call))
        misused("--error knows no call ", rule.call);
    if (rule.error == 0)
        misused("there is no errno ", symbol);
    if (when != NULL && !read_when(when, &rule))
        misused("--error's WHEN is 2, 2+ or 2..4, not ", when);
    append_rule(options, rule);
}

/* From the WHEN-th such call on there are no descriptors, for a while. */
static void add_starvation(struct options *options, const char *text)
{
    struct rule rule = {.first = 1, .last = LONG_MAX, .call = copy_text(text)};
    char *when = strchr(rule.call, ':');
    if (when != NULL)
        *when++ = '\0';
    rule.symbol = "EMFILE";
    rule.error = EMFILE;
    rule.starves = true;
    if (!is_known(rule.call))
        misused("--starve knows no call ", rule.call);
    if (when != NULL && !read_when(when, &rule))
        misused("--starve's WHEN is a number, not ", when);
    rule.last = LONG_MAX;
    append_rule(options, rule);
}

bool has_rule(const struct options *options, const struct call *call)
{
    for (int i = 0; i < options->rule_count; i++)
        if (call_is(call, options->rules[i].call))
            return true;
    return false;
}

/* ------------------------------------------------------------- options -- */

static void read_seed(struct options *options, const char *text)
{
    char *end;
    errno = 0;
    options->seed = strtoull(text, &end, 0);
    if (errno != 0 || *end != '\0' || *text < '0' || *text > '9')
        misused("--seed takes a number, not ", text);
}

static void read_descriptor(struct options *options, const char *text)
{
    long fd;
    if (!read_count(text, &fd, &text) || *text != '\0' || fd < 3 || fd > 1000)
        misused("--report-fd takes a descriptor from 3 on, not ", text);
    options->report_fd = (int)fd;
}

static bool read_option(struct options *options, const char *word,
                        const char *value)
{
    if (strcmp(word, "--short") == 0)
        read_list(options, word, value, add_short);
    else if (strcmp(word, "--eintr") == 0)
        read_list(options, word, value, add_eintr);
    else if (strcmp(word, "--error") == 0)
        add_rule(options, value);
    else if (strcmp(word, "--starve") == 0)
        add_starvation(options, value);
    else if (strcmp(word, "--seed") == 0)
        read_seed(options, value);
    else if (strcmp(word, "--report") == 0)
        options->report = value;
    else if (strcmp(word, "--report-fd") == 0)
        read_descriptor(options, value);
    else
        return false;
    return true;
}

void read_options(struct options *options, int argc, char *argv[])
{
    *options = (struct options){.seed = 1, .report_fd = -1};
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            exit(fflush(stdout) == 0 ? 0 : 1);
        }
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strcmp(argv[i], "--track") == 0) {
            options->track = true;
            continue;
        }
        if (i + 1 == argc || !read_option(options, argv[i], argv[i + 1]))
            misused("unknown option, or one without its value: ", argv[i]);
        i++;
    }
    if (i == argc)
        misused("expected a command", "");
    options->command = argv + i;
}
