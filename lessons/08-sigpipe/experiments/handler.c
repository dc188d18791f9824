/*
 * handler.c - what a signal handler may do: 300 programs are interrupted.
 *
 *   build  cc -I../../../common handler.c ../../../common/error.c -o handler
 *   run    ./handler print|flag
 *   read   signal-safety(7), sigaction(2)
 *
 * Each child prints numbered lines until a signal comes, then says that it
 * ends. We read what it has printed and see whether every line is whole.
 */
#define _DEFAULT_SOURCE /* setitimer is no longer in POSIX */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

enum { RUNS = 300 };

static volatile sig_atomic_t signal_came;

/* The handler may come in the middle of main's own printf. */
static void print_and_exit(int number)
{
    (void)number;
    printf("the end\n"); // NOLINT(bugprone-signal-handler)
    exit(0);             // NOLINT(bugprone-signal-handler)
}

static void set_flag(int number)
{
    (void)number;
    signal_came = 1;
}

/* The child: its output goes to a pipe, so stdio keeps and hands over big
 * pieces, as it does for a file. */
static void print_lines(int output, void (*handler)(int))
{
    static char buffer[BUFSIZ];
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    if (dup2(output, STDOUT_FILENO) == -1 ||
        setvbuf(stdout, buffer, _IOFBF, sizeof buffer) != 0 ||
        sigaction(SIGPIPE, &action, NULL) == -1)
        _exit(2);
    /* A printf in the middle of another may even wait for its lock, for ever.
     * So a child that has not ended in time is ended. */
    struct itimerval limit = {.it_value.tv_usec = 150000};
    if (handler == print_and_exit && setitimer(ITIMER_REAL, &limit, NULL) == -1)
        _exit(2);
    for (long i = 0; !signal_came; i++)
        printf("%ld the quick brown fox jumps over the lazy dog\n", i);
    printf("the end\n");
    fflush(stdout);
    _exit(0);
}

/* Whether the lines are whole, in order, and followed by "the end". Reads to
 * the end of the input in any case, so that the child can write it all. */
static bool is_whole(FILE *input)
{
    char line[256], expected[256];
    bool whole = true, ended = false;
    for (long i = 0; fgets(line, sizeof line, input) != NULL; i++) {
        snprintf(expected, sizeof expected,
                 "%ld the quick brown fox jumps over the lazy dog\n", i);
        whole = whole && !ended;
        ended = strcmp(line, "the end\n") == 0;
        whole = whole && (ended || strcmp(line, expected) == 0);
    }
    return whole && ended;
}

static bool run(void (*handler)(int))
{
    int ends[2];
    if (pipe(ends) == -1)
        die("pipe");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        close(ends[0]);
        print_lines(ends[1], handler);
    }
    close(ends[1]);
    FILE *input = fdopen(ends[0], "r");
    if (input == NULL) {
        report("fdopen");
        exit(1);
    }

    /* As soon as it prints, anybody may send the signal: kill -PIPE. */
    int c = getc(input);
    kill(child, SIGPIPE);
    ungetc(c, input);
    bool whole = is_whole(input);
    fclose(input);
    waitpid(child, NULL, 0);
    return whole;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    bool print = argc == 2 && strcmp(argv[1], "print") == 0;
    if (argc != 2 || (!print && strcmp(argv[1], "flag") != 0))
        usage("handler print|flag");
    int broken = 0;
    for (int i = 0; i < RUNS; i++)
        broken += !run(print ? print_and_exit : set_flag);
    printf("%d of %d outputs are broken\n", broken, RUNS);
    return 0;
}
