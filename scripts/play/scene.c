#define _GNU_SOURCE /* signalfd's flags, syscall */
#include "scene.h"

#include <linux/membarrier.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect.h"
#include "failure.h"
#include "foresee.h"
#include "names.h"
#include "process.h"
#include "pump.h"

const double silence = 0.25;

/* Seconds between two looks at the processes. */
static const double first_look = 0.02, next_look = 0.05, quick_look = 0.005;

/* Seconds from which on somebody has stood still and not only been slow, and
 * how often a deadline may pass before it counts all the same. */
static const double stall = 0.25, most_excused = 6;

/* -------------------------------------------------------------- waiting -- */

/* What has come of a line that did not end, on either stream. */
static void explain_parts(struct scene *scene, struct actor *actor)
{
    struct bytes *reason = &scene->failure.reason;
    for (int err = 0; err < 2; err++) {
        const char *text;
        size_t len;
        if (stream_front(err ? &actor->err : &actor->out, &text, &len) != PART)
            continue;
        bytes_format(reason, "; on %s without a newline so far: ",
                     err ? "stderr" : "stdout");
        show_bytes(reason, text, len < 200 ? len : 200, SHOW_NOTATION);
    }
}

static void explain_silence(struct scene *scene, const struct step *step,
                            bool calm)
{
    struct bytes *reason = &scene->failure.reason;
    if (step->kind == ENDED || step->kind == ASLEEP) {
        fail_state(scene, step, "");
        if (step->kind == ENDED)
            bytes_format(&scene->failure.expected, "%s to end",
                         scene->actors[step->actor].name);
        return;
    }
    fail(scene, step);
    if (calm)
        bytes_add_text(reason, "nothing: everybody sleeps, and nobody will "
                               "wake up");
    else
        bytes_format(reason, "nothing within %g s",
                     scene->transcript->deadline);
    explain_parts(scene, &scene->actors[step->actor]);
}

/* How many steps from scene->at on are waited for together. */
static size_t group_size(const struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    const struct step *first = &script->steps[scene->at];
    size_t count = 1;
    while (first->block != 0 && scene->at + count < script->count &&
           first[count].block == first->block)
        count++;
    return count;
}

/* In a block a line that does not match one step may match another one. */
static enum verdict try_block(struct scene *scene, const struct step *first,
                              size_t count, const struct calm *all)
{
    bool all_held = true;
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &first[i];
        if (step->kind == NOTE || is_held(scene, step))
            continue;
        enum verdict verdict = try_step(scene, step, all);
        if (verdict == FAILS && (step->kind == OUT || step->kind == ERR) &&
            scene->failure.got_line)
            verdict = NOT_YET; /* find_contradiction asks all of them */
        if (verdict == FAILS)
            return FAILS;
        all_held &= verdict == HOLDS;
    }
    scene->failure.step = NULL;
    return all_held ? HOLDS : NOT_YET;
}

static const struct step *first_unheld(const struct scene *scene, size_t count)
{
    const struct step *step = &scene->transcript->steps[scene->at];
    while (count-- > 1 && (step->kind == NOTE || is_held(scene, step)))
        step++;
    return step;
}

/* An alarm that nobody catches cannot be seen, but the scene speaks of it. */
static bool expects_alarm(const struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    for (size_t i = scene->at; i < script->count; i++)
        if (script->steps[i].kind == ENDED &&
            strcmp(script->steps[i].text, "SIGALRM") == 0)
            return true;
    return false;
}

static double patience(const struct scene *scene)
{
    /* A program whose every call is traced takes its time. */
    bool slow = scene->events != NULL || scene->xray.fd != -1;
    return scene->transcript->deadline * (slow ? 6 : 1);
}

struct clock {
    double began, deadline; /* as now() has it */
};

static struct clock start_clock(const struct scene *scene)
{
    double begin = now();
    return (struct clock){begin, begin + patience(scene)};
}

/* Take in what comes, as pump does. Where this process or the machine stood
 * still meanwhile, the actors' time has not passed. */
static bool pump_by(struct clock *clock, struct scene *scene, double seconds)
{
    double before = now();
    bool moved = pump(scene, seconds);
    double beyond = now() - before - seconds;
    if (beyond > stall)
        clock->deadline += beyond;
    return moved;
}

/*
 * For how long the actors were ready to run while others had the processor.
 * What they wait for each other is their own affair: while they compute, it is
 * theirs.
 */
static double kept_waiting(const struct scene *scene)
{
    struct turn turn = turn_of_descendants();
    double others = now() - scene->began - turn.computed;
    return turn.waited < others ? turn.waited : others;
}

/* Is the time over? While the actors were kept waiting for a processor it has
 * not passed for them; but all has an end. */
static bool is_late(struct scene *scene, struct clock *clock)
{
    if (now() < clock->deadline)
        return false;
    double waited = kept_waiting(scene) - scene->excused;
    if (waited < stall || now() - clock->began > patience(scene) * most_excused)
        return true;
    scene->excused += waited;
    clock->deadline += waited;
    return false;
}

/*
 * Will nobody say anything any more? A processor that stands still (a virtual
 * one may, and all that it was about to do) holds back packets that nobody
 * sees: so first all of them must have gone on, as membarrier(2) sees to it.
 */
static bool is_silent(struct scene *scene, struct calm *all)
{
    if (!calm_lasts(all, silence) || all->timed || expects_alarm(scene))
        return false;
    syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
    if (pump(scene, 0))
        disturb(all);
    else
        look_around(all);
    return calm_lasts(all, silence) && !all->timed;
}

static enum verdict wait_for(struct scene *scene, size_t count)
{
    const struct step *first = &scene->transcript->steps[scene->at];
    struct clock clock = start_clock(scene);
    struct calm all = {0};
    double wait = 0;
    memset(scene->naps, 0,
           scene->transcript->actor_count * sizeof *scene->naps);
    for (;;) {
        enum verdict verdict = first->block
                                   ? try_block(scene, first, count, &all)
                                   : try_step(scene, first, &all);
        if (verdict != NOT_YET)
            return verdict;
        if (find_contradiction(scene) == FAILS)
            return FAILS;
        bool late = is_late(scene, &clock);
        if (late || is_silent(scene, &all)) {
            explain_silence(scene, first_unheld(scene, count), !late);
            return FAILS;
        }
        if (pump_by(&clock, scene, wait)) {
            disturb(&all);
            wait = first_look;
        } else {
            if (wait > 0)
                look_around(&all);
            wait = wait > 0 ? next_look : first_look;
        }
        if (first->kind == ASLEEP || first->block != 0)
            wait = quick_look;
    }
}

/* -------------------------------------------------------------- actions -- */

void fill_in(struct bytes *to, const struct scene *scene,
             const struct step *step)
{
    for (size_t i = 0; i < step->pattern.count; i++) {
        const struct segment *segment = &step->pattern.segments[i];
        const struct bytes *text = &segment->text;
        if (segment->kind == VALUE)
            text = find_value(&scene->set, segment->name);
        else if (segment->kind == AGAIN)
            text = find_value(&scene->captured, segment->name);
        if (text != NULL)
            bytes_add(to, text->data, text->len);
    }
}

static bool start(struct scene *scene, const struct step *step)
{
    struct bytes command = {0};
    fill_in(&command, scene, step);
    char *copy = copy_text(bytes_text(&command), command.len);
    bytes_free(&command);
    trace_free(&scene->traces[step->actor]);
    memset(scene->untraced[step->actor], 0, sizeof scene->untraced[0]);
    xray_step(scene, step, copy, strlen(copy));
    const char *problem =
        actor_start(&scene->actors[step->actor], &scene->stage, copy);
    if (problem == NULL)
        happened(scene, step, copy, strlen(copy));
    else
        fail_because(scene, step, problem);
    return problem == NULL;
}

static bool type(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    struct bytes text = {0};
    fill_in(&text, scene, step);
    const char *problem = typing_problem(text.data, text.len);
    if (problem != NULL) {
        fail_because(scene, step, problem);
        bytes_free(&text);
        return false;
    }
    bytes_add(&actor->typed, text.data, text.len);
    if (step->kind == END_OF_INPUT)
        bytes_add_char(&actor->typed, 4);
    else if (!step->pattern.partial)
        bytes_add_char(&actor->typed, '\n');

    struct clock clock = start_clock(scene);
    xray_step(scene, step, text.data ? text.data : "", text.len);
    actor_type(actor);
    while (actor->typed.len > 0 && stream_is_open(&actor->out) &&
           !is_late(scene, &clock))
        pump_by(&clock, scene, first_look);
    bool typed = actor->typed.len == 0 && actor->presence == ON_STAGE;
    if (typed)
        happened(scene, step, text.data ? text.data : "", text.len);
    else if (actor->presence == OVER)
        fail_state(scene, step, "too late: ");
    else
        fail_because(scene, step, "the program does not read what is typed");
    bytes_free(&text);
    return typed;
}

static bool send_signal(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    struct clock clock = start_clock(scene);
    /* It may not be there yet: a wrapper is at work, or it has only been
     * forked and leads no process group. */
    bool sent;
    xray_step(scene, step, step->text, strlen(step->text));
    while (!(sent = actor_signal(actor, step->signal)) &&
           actor->presence == ON_STAGE && !is_late(scene, &clock))
        pump_by(&clock, scene, quick_look);
    if (!sent) {
        fail_state(scene, step, "too late: ");
        return false;
    }
    while (step->signal == SIGSTOP && actor->presence == ON_STAGE &&
           !actor_is_stopped(actor) && !is_late(scene, &clock))
        pump_by(&clock, scene, quick_look);
    happened(scene, step, step->text, strlen(step->text));
    return true;
}

bool scene_act(struct scene *scene, const struct step *step)
{
    if (step->kind != NOTE)
        xray_settle(scene);
    switch (step->kind) {
    case START:
        return start(scene, step);
    case TYPE:
    case END_OF_INPUT:
        return type(scene, step);
    case SIGNAL:
        return send_signal(scene, step);
    default:
        happened(scene, step, step->text ? step->text : "",
                 step->text ? strlen(step->text) : 0);
        return true;
    }
}

/* ---------------------------------------------------------- performing -- */

void scene_begin(struct scene *scene)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    scene->child_signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* For --trace: the calls up to the one that printed this line, or all. What
 * has been printed in a way that we do not know is not waited for long. */
static void write_events(struct scene *scene, const struct step *step)
{
    if (step->kind == NOTE)
        return;
    double deadline = now() + silence;
    long long *untraced = scene->untraced[step->actor];
    if (step->kind == ASLEEP) { /* what led to this sleep has been traced */
        pump(scene, 0);
        while (next_call(scene, step->actor))
            ;
    }
    struct stream *calls = &scene->actors[step->actor].calls;
    while (untraced[0] > 0 || untraced[1] > 0 || step->kind == ENDED) {
        if (next_call(scene, step->actor)) {
            deadline = now() + silence;
            continue;
        }
        if (!stream_is_open(calls) || now() >= deadline)
            break;
        pump(scene, first_look);
    }
    untraced[0] = untraced[0] < 0 ? untraced[0] : 0;
    untraced[1] = untraced[1] < 0 ? untraced[1] : 0;
    if (step->kind != CALL) /* as a call it has been written already */
        fprintf(scene->events, "%s\n", step->source);
}

/*
 * The scene does not hold. What the actors were just about to do, to end or to
 * wait for something, belongs into its story.
 */
static void let_actors_settle(struct scene *scene)
{
    static const double a_moment = 0.1;
    double deadline = now() + a_moment;
    struct calm calm = {0};
    while (!calm_lasts(&calm, quick_look) && now() < deadline) {
        if (pump(scene, quick_look))
            disturb(&calm);
        else
            look_around(&calm);
    }
}

static bool perform_steps(struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    while (scene->at < script->count) {
        const struct step *step = &script->steps[scene->at];
        size_t count = group_size(scene);
        if (scene->audience.before != NULL)
            scene->audience.before(scene, step);
        bool holds = step->block != 0 || is_expectation(step->kind)
                         ? wait_for(scene, count) == HOLDS
                         : scene_act(scene, step);
        if (!holds)
            return false;
        for (size_t i = 0; scene->events != NULL && i < count; i++)
            write_events(scene, &step[i]);
        scene->at += count;
    }
    pump(scene, 0);
    return find_contradiction(scene) != FAILS;
}

bool scene_perform(struct scene *scene)
{
    scene_begin(scene);
    bool held = perform_steps(scene);
    if (!held)
        let_actors_settle(scene);
    return held;
}

bool scene_wait_for_sleep(struct scene *scene, double deadline)
{
    struct calm calm = {0};
    while (!calm_lasts(&calm, silence / 2) || calm.timed) {
        if (now() >= deadline)
            return false;
        if (pump(scene, calm.since > 0 ? next_look : first_look))
            disturb(&calm);
        else
            look_around(&calm);
    }
    return true;
}
