#include "foresee.h"

#include <string.h>

#include "expect.h"
#include "failure.h"
#include "pump.h"

/* Seconds to wait for the other lines of a block. */
static const double moment = 0.005;

/* Has a line come behind the one of len bytes in front that is the step's? */
static bool comes_later(const struct scene *scene, const struct step *step,
                        size_t len)
{
    const struct actor *actor = &scene->actors[step->actor];
    const struct stream *stream = step->kind == ERR ? &actor->err : &actor->out;
    enum { FAR = 65536 };
    size_t at = stream->start + len + 1, used;
    size_t end = stream->data.len < at + FAR ? stream->data.len : at + FAR;
    struct values captured = scene->captured; /* looked at, not changed */
    while (at < end) {
        const char *line = stream->data.data + at;
        const char *newline = memchr(line, '\n', end - at);
        if (newline == NULL)
            break;
        size_t length = (size_t)(newline - line);
        if (pattern_match(&step->pattern, line, length, &scene->set, &captured,
                          KNOWN, &used))
            return true;
        at += length + 1;
    }
    return false;
}

/* Of the step and others of its block: the one that this wrong line was most
 * likely meant to be. */
static const struct step *closest_step(const struct scene *scene,
                                       const struct step *step,
                                       const char *text, size_t len)
{
    const struct transcript *script = scene->transcript;
    const struct step *end = script->steps + script->count, *best = step;
    size_t most = 0;
    for (const struct step *other = step; other < end; other++) {
        if (other != step && (step->block == 0 || other->block != step->block))
            break;
        if (other->kind != step->kind || other->actor != step->actor ||
            is_held(scene, other))
            continue;
        size_t likeness = pattern_likeness(&other->pattern, text, len,
                                           &scene->set, &scene->captured) +
                          1;
        if (step->block != 0 && comes_later(scene, other, len))
            likeness = 0;
        if (likeness > most) {
            most = likeness;
            best = other;
        }
    }
    return best;
}

/* The line of this actor that the scene is waiting for, or NULL. */
static const struct step *awaited_line(const struct scene *scene, size_t actor)
{
    const struct step *step = &scene->transcript->steps[scene->at];
    bool is_line = (step->kind == OUT || step->kind == ERR) &&
                   step->actor == actor && step->block == 0;
    return is_line ? step : NULL;
}

/* The line in front of a stream cannot be what `next` expects of it. Tell it
 * of the step that a person would look at. */
static enum verdict fail_stream(struct scene *scene, const struct step *next,
                                struct stream *stream, enum step_kind kind,
                                const char *text, size_t len)
{
    enum step_kind other = kind == ERR ? OUT : ERR;
    const struct step *elsewhere =
        next_of(scene, next->actor, scene->at, other);
    size_t used;
    bool due = elsewhere != NULL && elsewhere->kind == other &&
               (elsewhere < next ||
                (elsewhere->block != 0 && elsewhere->block == next->block));
    if (due && pattern_match(&elsewhere->pattern, text, len, &scene->set, NULL,
                             LENIENT, &used))
        return fail_other_stream(scene, elsewhere, true, text, len);
    const struct step *awaited = awaited_line(scene, next->actor);
    if (awaited != NULL && awaited->kind == other && next->kind == ENDED)
        return fail_other_stream(scene, awaited, false, text, len);
    if (next->kind == ENDED)
        return check_left_over(scene, next, stream,
                               kind == ERR ? "stderr" : "stdout");
    /* Which line of a block was meant is better known when the others are
     * there; they are on their way. */
    for (int tries = 0; next->block != 0 && tries < 5; tries++)
        pump(scene, moment);
    stream_front(stream, &text, &len);
    return fail_line(scene, closest_step(scene, next, text, len), text, len);
}

/* The last end of this actor that has happened. */
static const struct step *last_end(const struct scene *scene, size_t actor)
{
    const struct step *end = NULL;
    for (size_t i = 0; i < scene->transcript->count; i++) {
        const struct step *step = &scene->transcript->steps[i];
        if (step->kind == ENDED && step->actor == actor && is_held(scene, step))
            end = step;
    }
    return end;
}

static enum verdict check_stream(struct scene *scene, size_t actor,
                                 enum step_kind kind)
{
    struct actor *a = &scene->actors[actor];
    struct stream *stream = kind == ERR ? &a->err : &a->out;
    const char *text;
    size_t len;
    enum front front = stream_front(stream, &text, &len);
    bool silent_for_ever =
        front == NOTHING && a->presence == OVER && actor_is_drained(a);
    if (stream->checked || front == PART ||
        (front == NOTHING && !silent_for_ever))
        return NOT_YET;
    const struct step *next = next_of(scene, actor, scene->at, kind);
    if (next == NULL) /* its children may still be alive */
        next = last_end(scene, actor);
    if (next == NULL || (silent_for_ever && next->kind == ENDED))
        return NOT_YET;
    if (silent_for_ever)
        return fail_ended(scene, next);
    if (next->kind != ENDED &&
        (front == LONG || is_possible(scene, next, text, len))) {
        stream->checked = front == LINE;
        return NOT_YET;
    }
    return fail_stream(scene, next, stream, kind, text, len);
}

/* What an actor that has ended can no longer do. */
static enum verdict check_over(struct scene *scene, size_t actor)
{
    const struct actor *a = &scene->actors[actor];
    if (a->presence != OVER || !actor_is_drained(a))
        return NOT_YET;
    const struct transcript *script = scene->transcript;
    for (size_t i = scene->at; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (step->kind == NOTE || step->actor != actor || is_held(scene, step))
            continue;
        if (step->kind == ENDED)
            return check_ended(scene, step) == FAILS ? FAILS : NOT_YET;
        if (step->kind == TYPE || step->kind == END_OF_INPUT ||
            step->kind == SIGNAL || step->kind == ASLEEP)
            return fail_state(scene, step, "too late: ");
        return NOT_YET;
    }
    return NOT_YET;
}

enum verdict find_contradiction(struct scene *scene)
{
    for (size_t i = 0; i < scene->transcript->actor_count; i++) {
        if (scene->actors[i].presence == OFF_STAGE)
            continue;
        if (check_stream(scene, i, ERR) == FAILS ||
            check_stream(scene, i, OUT) == FAILS ||
            check_over(scene, i) == FAILS)
            return FAILS;
        forget_calls(scene, i);
    }
    return NOT_YET;
}
