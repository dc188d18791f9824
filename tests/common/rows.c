/*
 * rows.c - reads the tables of common/ row by row, for error.bats.
 *
 *   run  ./rows hints     each row is reached, by each call that it names
 *        ./rows symbols   each errno of the C library is in the table
 *
 * What is wrong goes to stdout, and the status is 1 then.
 */
#define _GNU_SOURCE /* strerrorname_np */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "hints.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int wrong;
static int captured; /* a file in the place of stderr */

/* What the helpers say about number: two lines, in one buffer. */
static void say(char *said, size_t size, int gai, int number, const char *call)
{
    if (ftruncate(captured, 0) == -1 || lseek(captured, 0, SEEK_SET) == -1)
        abort();
    if (gai) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0)
            die_gai(number, "%s", call);
        waitpid(pid, NULL, 0);
    } else {
        errno = number;
        report("%s", call);
    }
    ssize_t n = pread(captured, said, size - 1, 0);
    said[n > 0 ? n : 0] = '\0';
}

/* The row's text with 5000 for its {port}s, as the line that we expect. */
static void expand(char *line, size_t size, const char *text)
{
    const char *slot;
    int n = snprintf(line, size, "\n  hint: ");
    for (; (slot = strstr(text, "{port}")) != NULL; text = slot + 6)
        n += snprintf(line + n, size - (size_t)n, "%.*s5000",
                      (int)(slot - text), text);
    snprintf(line + n, size - (size_t)n, "%s\n", text);
}

static void check_row(const struct hint *row, int gai)
{
    char calls[200], call[100], said[8192], line[1024];
    int port = strstr(row->text, "{port}") != NULL;
    expand(line, sizeof line, row->text);
    if (strlen(line) > 190 || strpbrk(row->text, "\n\t") ||
        strchr(".; ", row->text[strlen(row->text) - 1])) {
        printf("not a good line: %s\n", row->text);
        wrong = 1;
    }
    snprintf(calls, sizeof calls, "%s", row->calls);
    for (char *name = strtok(calls, "|"); name; name = strtok(NULL, "|")) {
        snprintf(call, sizeof call, "%s%s", *name == '*' ? "anything" : name,
                 port ? " 127.0.0.1:5000" : "");
        say(said, sizeof said, gai, row->number, call);
        char *hint = strchr(said, '\n');
        if (hint == NULL || strcmp(hint, line) != 0) {
            printf("%s, %d: expected%s  got %s", call, row->number, line, said);
            wrong = 1;
        }
        /* A longer name must not be taken for this one. */
        snprintf(call, sizeof call, "%sx", name);
        say(said, sizeof said, gai, row->number, call);
        if (*name != '*' && strstr(said, line)) {
            printf("%s got the hint of %s\n", call, name);
            wrong = 1;
        }
    }
}

static void check_hints(void)
{
    for (size_t i = 0; i < COUNT(errno_hints); i++)
        check_row(&errno_hints[i], 0);
    for (size_t i = 0; i < COUNT(gai_hints); i++)
        check_row(&gai_hints[i], 1);
    fprintf(stdout, "%zu rows\n", COUNT(errno_hints) + COUNT(gai_hints));
}

static void compare(int number, int gai, const char *words, const char *symbol)
{
    char said[8192], line[512];
    say(said, sizeof said, gai, number, "call");
    snprintf(line, sizeof line, "rows: call: %s [%s]\n", words, symbol);
    if (strncmp(said, line, strlen(line)) != 0) {
        printf("expected %sgot %s", line, said);
        wrong = 1;
    }
}

static void check_symbols(void)
{
    int checked = 0;
#ifdef __GLIBC__
    for (int number = 1; number < 4096; number++) {
        const char *symbol = strerrorname_np(number);
        if (symbol == NULL)
            continue;
        if (number == EOPNOTSUPP)
            symbol = "EOPNOTSUPP"; /* not ENOTSUP */
        compare(number, 0, strerror(number), symbol);
        if (strcmp(error_symbol(number), symbol) != 0)
            wrong = 1;
        checked++;
    }
    for (size_t i = 0; i < COUNT(gai_table); i++)
        if (gai_table[i].number != EAI_OVERFLOW) /* unknown to gai_strerror */
            compare(gai_table[i].number, 1, gai_strerror(gai_table[i].number),
                    gai_table[i].symbol);
#endif
    compare(0, 0, "Success", "E?");
    compare(4095, 0, "Unknown error 4095", "E?");
    compare(-1, 0, "Unknown error -1", "E?");
    compare(-999, 1, "Unknown error -999", "E?");
    printf("%d symbols\n", checked);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    FILE *file = tmpfile();
    if (argc != 2 || file == NULL || dup2(fileno(file), STDERR_FILENO) == -1)
        return 2;
    captured = fileno(file);
    if (strcmp(argv[1], "hints") == 0)
        check_hints();
    else
        check_symbols();
    return wrong;
}
