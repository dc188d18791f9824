#include "expect.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "names.h"
#include "process.h"
#include "pump.h"

/* Seconds. How long a sleeper must not have moved before "asleep" is said of
 * it, while everybody else sleeps too. */
static const double nap = 0.02;
/* How long everybody must have slept before a line with an open end ends;
 * less than silence. */
static const double pause_in_line = 0.2;
/* How long to listen to the children of an actor that has ended itself. */
static const double afterlife = 0.25;
/* How long a pump may wait for what is on its way. */
static const double moment = 0.005;

struct stream *stream_of(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    return step->kind == ERR ? &actor->err : &actor->out;
}

static const char *stream_label(const struct step *step)
{
    return step->kind == ERR ? "stderr" : "stdout";
}

bool is_held(const struct scene *scene, const struct step *step)
{
    return scene->held[step - scene->transcript->steps];
}

/* The first step of the actor's present run, from the scene's place on, that
 * has not happened and is of this kind, or its end; NULL if it has none. */
const struct step *next_of(const struct scene *scene, size_t actor, size_t from,
                           enum step_kind kind)
{
    const struct transcript *script = scene->transcript;
    for (size_t i = from; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (step->kind == NOTE || step->actor != actor || is_held(scene, step))
            continue;
        if (step->kind == START)
            return NULL;
        if (step->kind == kind || step->kind == ENDED)
            return step;
    }
    return NULL;
}

/* How sure are the values of {name}s when a step has its turn? As sure as now
 * if that is now, and nothing that is captured together with it can change
 * them. */
static enum strictness strictness_of(const struct scene *scene,
                                     const struct step *step)
{
    const struct transcript *script = scene->transcript;
    const struct step *first = &script->steps[scene->at];
    if (step != first && (step->block == 0 || step->block != first->block))
        return LENIENT;
    for (const struct step *other = first;
         other < script->steps + script->count; other++) {
        if (other != first && other->block != first->block)
            break;
        for (size_t i = 0; other != step && i < other->pattern.count; i++)
            if (other->pattern.segments[i].kind == CAPTURE &&
                !is_held(scene, other))
                return LENIENT;
        if (first->block == 0)
            break;
    }
    return KNOWN;
}

/* Could this line turn out to be the step's, or another's of its block? */
bool is_possible(const struct scene *scene, const struct step *step,
                 const char *text, size_t len)
{
    const struct transcript *script = scene->transcript;
    const struct step *end = script->steps + script->count;
    struct values captured = scene->captured; /* looked at, not changed */
    for (const struct step *other = step; other < end; other++) {
        size_t used;
        if (other != step && (step->block == 0 || other->block != step->block))
            break;
        if (other->kind == step->kind && other->actor == step->actor &&
            !is_held(scene, other) &&
            pattern_match(&other->pattern, text, len, &scene->set, &captured,
                          strictness_of(scene, other), &used))
            return true;
    }
    return false;
}

/* A line came on the other stream than the one that the scene waits for. */
enum verdict fail_other_stream(struct scene *scene, const struct step *step,
                               bool same_text, const char *text, size_t len)
{
    const char *came_on = step->kind == ERR ? "stdout" : "stderr";
    fail_line(scene, step, text, len);
    bytes_format(&scene->failure.reason, "on %s%s%s", came_on,
                 same_text ? ", not on " : ", where no line is expected",
                 same_text ? stream_label(step) : "");
    return FAILS;
}

/* Nothing more will come on the step's stream. Who has spoken on the other one
 * instead may have said why. */
enum verdict fail_ended(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    enum step_kind kind = step->kind == ERR ? OUT : ERR;
    /* Its end is news too, and may be just behind. */
    for (int tries = 0; actor->presence == ON_STAGE && tries < 5; tries++)
        pump(scene, moment);
    const char *text;
    size_t len, used;
    enum front front =
        stream_front(kind == ERR ? &actor->err : &actor->out, &text, &len);
    const struct step *next = next_of(scene, step->actor, scene->at, kind);
    bool expected = next != NULL && next->kind == kind &&
                    is_possible(scene, next, text, len);
    bool same = pattern_match(&step->pattern, text, len, &scene->set, NULL,
                              LENIENT, &used);
    if ((front == LINE || front == LAST_PART) && (same || !expected))
        return fail_other_stream(scene, step, same, text, len);

    fail(scene, step);
    bytes_format(&scene->failure.reason, "nothing more on %s: %s ",
                 stream_label(step), actor->name);
    if (actor->presence == OVER)
        describe_actor(&scene->failure.reason, actor);
    else
        bytes_add_text(&scene->failure.reason, "has closed it");
    return FAILS;
}

static void remember(struct actor *actor, const char *text, size_t len)
{
    enum { MOST = 2000 };
    size_t keep = len < MOST / 4 ? len : MOST / 4;
    bytes_add(&actor->last, text, keep);
    bytes_add_char(&actor->last, '\n');
    while (actor->last.len > MOST) {
        const char *newline = memchr(actor->last.data, '\n', actor->last.len);
        bytes_drop(&actor->last, (size_t)(newline - actor->last.data) + 1);
    }
}

void happened(struct scene *scene, const struct step *step, const char *text,
              size_t len)
{
    scene->held[step - scene->transcript->steps] = true;
    if (is_expectation(step->kind) || step->kind == NOTE)
        xray_step(scene, step, text, len); /* actions say it beforehand */
    if (scene->audience.step != NULL)
        scene->audience.step(scene, step, text, len);
}

static void take_line(struct scene *scene, const struct step *step,
                      const char *text, size_t len, bool newline)
{
    struct stream *stream = stream_of(scene, step);
    scene->untraced[step->actor][step->kind == ERR] += (long long)len + newline;
    remember(&scene->actors[step->actor], text, len);
    happened(scene, step, text, len);
    stream_take(stream, len + newline);
}

static enum verdict try_line(struct scene *scene, const struct step *step,
                             const struct calm *all)
{
    const char *text;
    size_t len, used;
    enum front front = stream_front(stream_of(scene, step), &text, &len);
    if (front == LONG)
        return fail_because(scene, step,
                            "a line longer than 4 MiB, and no end of it");
    if (front == NOTHING)
        return stream_is_open(stream_of(scene, step)) ? NOT_YET
                                                      : fail_ended(scene, step);
    if (front == PART && !step->pattern.partial)
        return NOT_YET;
    if (front == PART && pattern_is_open_ended(&step->pattern) &&
        !calm_lasts(all, pause_in_line))
        return NOT_YET; /* the rest of it may be on its way */

    bool matches = pattern_match(&step->pattern, text, len, &scene->set,
                                 &scene->captured, STRICT, &used);
    if (matches && (front == LINE || step->pattern.partial)) {
        take_line(scene, step, text, used, !step->pattern.partial);
        return HOLDS;
    }
    if (front == PART)
        return NOT_YET;
    fail_line(scene, step, text, len);
    if (matches)
        bytes_add_text(&scene->failure.reason,
                       "the line has no newline at its end: expected without "
                       "\\c");
    return FAILS;
}

const struct step *scene_claim(struct scene *scene, const struct step *step,
                               const char *text, size_t len, size_t *used)
{
    const struct transcript *script = scene->transcript;
    const struct step *end = script->steps + script->count;
    for (const struct step *other = step; other < end; other++) {
        if (other != step && (step->block == 0 || other->block != step->block))
            break;
        if (other->kind == step->kind && other->actor == step->actor &&
            !is_held(scene, other) &&
            pattern_match(&other->pattern, text, len, &scene->set,
                          &scene->captured, STRICT, used))
            return other;
    }
    return NULL;
}

bool scene_try_call(struct scene *scene, const struct step *step)
{
    size_t used;
    while (!is_held(scene, step) && next_call(scene, step->actor)) {
        const struct step *claimed =
            scene_claim(scene, step, scene->call.data, scene->call.len, &used);
        if (claimed != NULL)
            happened(scene, claimed, scene->call.data, scene->call.len);
    }
    return is_held(scene, step);
}

static enum verdict try_call(struct scene *scene, const struct step *step)
{
    if (scene_try_call(scene, step))
        return HOLDS;
    if (stream_is_open(&scene->actors[step->actor].calls))
        return NOT_YET;
    return fail_state(scene, step, "no such system call; ");
}

struct wanted_call {
    struct scene *scene;
    const struct step *step;
};

static bool is_wanted_call(const char *name, void *data)
{
    struct wanted_call *wanted = data;
    const struct pattern *pattern = &wanted->step->pattern;
    struct scene *scene = wanted->scene;
    size_t used;
    if (pattern->count == 1 && pattern->segments[0].kind == LITERAL) {
        struct bytes plain = {0};
        bytes_add(&plain, pattern->segments[0].text.data,
                  pattern->segments[0].text.len);
        bool same = same_syscall(bytes_text(&plain), name);
        bytes_free(&plain);
        return same;
    }
    return pattern_match(pattern, name, strlen(name), &scene->set,
                         &scene->captured, STRICT, &used);
}

/* The actor itself or a process below it. */
static bool actor_sleeps_in_call(struct scene *scene, const struct step *step)
{
    const struct actor *actor = &scene->actors[step->actor];
    struct wanted_call wanted = {scene, step};
    if (actor->presence != ON_STAGE || actor->program == 0)
        return false;
    pid_t *below;
    size_t count = list_descendants(actor->program, &below);
    bool sleeps = sleeps_in(actor->program, is_wanted_call, &wanted);
    for (size_t i = 0; i < count && !sleeps; i++)
        sleeps = sleeps_in(below[i], is_wanted_call, &wanted);
    free(below);
    return sleeps;
}

/*
 * It sleeps in that call, it has nothing to say that the scene has not heard,
 * and nobody who is awake could be just about to wake it; or it goes on
 * sleeping for so long that this does not matter.
 */
static enum verdict try_asleep(struct scene *scene, const struct step *step,
                               const struct calm *all)
{
    struct calm *own = &scene->naps[step->actor];
    struct actor *actor = &scene->actors[step->actor];
    struct stream *streams[] = {&actor->out, &actor->err};
    for (size_t i = 0; i < 2; i++) {
        const char *text;
        size_t len;
        if (stream_front(streams[i], &text, &len) != NOTHING) {
            fail_line(scene, step, text, len);
            bytes_add_text(&scene->failure.reason, "it printed this instead");
            return FAILS;
        }
    }
    if (actor->presence == OVER)
        return fail_state(scene, step, "");
    if (!actor_sleeps_in_call(scene, step)) {
        disturb(own);
        return NOT_YET;
    }
    struct look look = {.asleep = true};
    look_at_process(actor->program, &look);
    if (own->since == 0 || look.changes != own->changes)
        own->since = now();
    own->changes = look.changes;
    if (calm_lasts(own, silence) ||
        (calm_lasts(own, nap) && calm_lasts(all, nap) && !all->timed)) {
        happened(scene, step, "", 0);
        return HOLDS;
    }
    return NOT_YET;
}

/* Is anything left that the actor printed and no line of the scene says? */
enum verdict check_left_over(struct scene *scene, const struct step *step,
                             struct stream *stream, const char *label)
{
    const char *text;
    size_t len;
    if (stream_front(stream, &text, &len) == NOTHING)
        return NOT_YET;
    fail_line(scene, step, text, len);
    bytes_clear(&scene->failure.expected);
    bytes_format(&scene->failure.expected, "no more lines on %s", label);
    scene->failure.agrees = 0;
    return FAILS;
}

enum verdict check_ended(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    if (actor->presence != OVER)
        return NOT_YET;
    bool drained = actor_is_drained(actor) || now() - actor->ended >= afterlife;
    if (!drained)
        return NOT_YET;
    if (check_left_over(scene, step, &actor->out, "stdout") == FAILS ||
        check_left_over(scene, step, &actor->err, "stderr") == FAILS)
        return FAILS;
    const char *status = status_text(actor->status);
    if (strcmp(status, step->text) != 0) {
        fail(scene, step);
        bytes_format(&scene->failure.expected, "%s to end %s %s", actor->name,
                     step->text[0] == 'S' ? "by" : "with", step->text);
        bytes_format(&scene->failure.reason, "%s ", actor->name);
        describe_actor(&scene->failure.reason, actor);
        return FAILS;
    }
    return HOLDS;
}

static enum verdict try_ended(struct scene *scene, const struct step *step)
{
    enum verdict verdict = check_ended(scene, step);
    if (verdict == HOLDS) {
        const char *status = status_text(scene->actors[step->actor].status);
        happened(scene, step, status, strlen(status));
    }
    return verdict;
}

enum verdict try_step(struct scene *scene, const struct step *step,
                      const struct calm *all)
{
    switch (step->kind) {
    case OUT:
    case ERR:
        return try_line(scene, step, all);
    case CALL:
        return scene->stage.xray ? HOLDS : try_call(scene, step);
    case ASLEEP:
        return try_asleep(scene, step, all);
    case ENDED:
        return try_ended(scene, step);
    default:
        return HOLDS;
    }
}
