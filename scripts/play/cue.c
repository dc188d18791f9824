#include "cue.h"

#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "process.h"
#include "pump.h"

/* Seconds: a program that computes is not waited for any longer. */
static const double settle = 2, look = 0.02;

static bool by_call; /* stop behind each call, too */
static bool between; /* we stand between two lines */
static bool holding; /* the tracer waits for our answer */

/* Say where the scene stands, and wait for the word to go on. The time that
 * passes is nobody's fault. */
static void wait_for_word(const struct scene *scene, const char *where,
                          size_t line)
{
    char word = 'q';
    double before = now();
    printf("%s %zu %zu\n", where, line, scene->xray.steps);
    fflush(stdout);
    if (read(STDIN_FILENO, &word, 1) != 1 || (word != 'l' && word != 'c'))
        _exit(NOT_PLAYED); /* the guard clears the stage */
    by_call = word == 'c';
    stop_clock(now() - before);
}

static void let_go(struct scene *scene)
{
    holding = false;
    xray_release(&scene->xray);
}

/* The line that is waited for, or the last one. */
static size_t next_line(const struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    size_t at = scene->at;
    while (at + 1 < script->count &&
           (script->steps[at].kind == NOTE || scene->held[at]))
        at++;
    return script->steps[at < script->count ? at : at - 1].line;
}

void cue_held(struct scene *scene, enum xray_held why)
{
    holding = true;
    if (why == HELD_AT_EXEC && between)
        return; /* a program begins when somebody says so */
    if (why == HELD_BEHIND_CALL && by_call)
        wait_for_word(scene, "call", next_line(scene));
    let_go(scene);
}

/* Go on until somebody has printed, begins, or all of them sleep. */
static void come_to_rest(struct scene *scene)
{
    const struct xray *xray = &scene->xray;
    double deadline = now() + settle;
    between = true;
    while (xray->fd != -1 && !xray->asked && !xray->quiet && !holding &&
           now() < deadline)
        pump(scene, look);
    between = false;
}

static void before_line(struct scene *scene, const struct step *step)
{
    if (step->kind == NOTE)
        return;
    come_to_rest(scene);
    wait_for_word(scene, "line", step->line);
    if (holding)
        let_go(scene);
}

void cue_attend(struct scene *scene)
{
    const struct bytes *port = find_value(&scene->set, "PORT");
    printf("stage %ld %.*s\n", (long)getpid(), (int)port->len, port->data);
    fflush(stdout);
    scene->audience = (struct audience){.before = before_line};
}

void cue_end(struct scene *scene)
{
    come_to_rest(scene);
    wait_for_word(scene, "end", next_line(scene));
}
