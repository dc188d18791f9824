/*
 * play - perform transcripts with real processes.
 *
 * docs/transcripts.md is the reference of the format and of this command.
 */
#define _GNU_SOURCE /* PR_SET_CHILD_SUBREAPER */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "guard.h"
#include "perform.h"

/* A descriptor 0, 1 or 2 that is closed would become an actor's terminal. */
static void reserve_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* Read all transcripts before anything is started. */
static bool read_transcripts(struct transcript *scripts,
                             const struct options *options)
{
    bool readable = true;
    for (size_t i = 0; i < options->path_count; i++) {
        char *problem =
            transcript_read(&scripts[i], options->paths[i], &options->given);
        if (problem == NULL)
            continue;
        fprintf(stderr, "%s\n", problem);
        free(problem);
        readable = false;
    }
    return readable;
}

/* The worst verdict: a failure, then malformed, then not played. */
static int worse(int one, int other)
{
    static const int rank[] = {
        [HELD] = 0, [NOT_PLAYED] = 1, [MALFORMED] = 2, [FAILED] = 3};
    return rank[one] >= rank[other] ? one : other;
}

static int play_all(const struct options *options,
                    const struct transcript *scripts)
{
    int verdict = HELD;
    for (size_t i = 0; i < options->path_count; i++) {
        int one = options->mode == VERIFY ? verify(options, &scripts[i])
                                          : play_guarded(options, &scripts[i]);
        verdict = worse(verdict, one);
    }
    return verdict;
}

int main(int argc, char *argv[])
{
    struct options options;
    reserve_descriptors();
    read_options(&options, argc, argv);

    struct transcript *scripts =
        grow(NULL, options.path_count, sizeof *scripts);
    int verdict = MALFORMED;
    if (read_transcripts(scripts, &options)) {
        check_actors(&options, scripts);
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        prepare_terminal(&options);
        verdict = play_all(&options, scripts);
        restore_terminal();
    }
    for (size_t i = 0; i < options.path_count; i++)
        transcript_free(&scripts[i]);
    free(scripts);
    free_options(&options);
    return verdict;
}
