#define _GNU_SOURCE /* signalfd's flags */
#include "scene.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "names.h"
#include "process.h"

/* Seconds. Silence is a verdict only when everybody sleeps for that long and
 * nobody can wake up by himself. */
static const double silence = 0.25;
static const double first_look = 0.02, next_look = 0.05, quick_look = 0.005;
/* How long a sleeper must not have moved before "asleep" is said of it. */
static const double nap = 0.02;
/* How long everybody must have slept before a line with an open end ends;
 * less than silence. */
static const double pause_in_line = 0.2;
/* How long to listen to the children of an actor that has ended itself. */
static const double afterlife = 0.25;

enum verdict { HOLDS, FAILS, NOT_YET };

/* -------------------------------------------------------------- failure -- */

static enum verdict fail(struct scene *scene, const struct step *step)
{
    struct failure *failure = &scene->failure;
    failure->step = step;
    failure->got_line = false;
    bytes_clear(&failure->expected);
    bytes_clear(&failure->got);
    bytes_clear(&failure->reason);
    if (step->kind == OUT || step->kind == ERR || step->kind == CALL ||
        step->kind == ASLEEP)
        pattern_show(&failure->expected, &step->pattern, &scene->set,
                     &scene->captured);
    return FAILS;
}

static enum verdict fail_because(struct scene *scene, const struct step *step,
                                 const char *reason)
{
    fail(scene, step);
    bytes_add_text(&scene->failure.reason, reason);
    return FAILS;
}

static enum verdict fail_line(struct scene *scene, const struct step *step,
                              const char *text, size_t len)
{
    struct failure *failure = &scene->failure;
    enum { ENOUGH = 65536 }; /* of a long line, to find the difference in */
    fail(scene, step);
    failure->got_line = true;
    bytes_add(&failure->got, text, len);
    failure->agrees =
        pattern_agrees(&step->pattern, text, len < ENOUGH ? len : ENOUGH,
                       &scene->set, &scene->captured);
    return FAILS;
}

void describe_actor(struct bytes *to, const struct actor *actor)
{
    if (actor->presence == OFF_STAGE)
        bytes_add_text(to, "not started yet");
    else if (actor->presence == ON_STAGE && actor->program == 0)
        bytes_add_text(to, "not begun yet: its wrapper is still at work");
    else if (actor->presence == ON_STAGE)
        describe_process(to, actor->program);
    else
        bytes_format(to, "ended %s %s",
                     WIFSIGNALED(actor->status) ? "by" : "with",
                     status_text(actor->status));
}

static enum verdict fail_state(struct scene *scene, const struct step *step,
                               const char *before)
{
    const struct actor *actor = &scene->actors[step->actor];
    fail(scene, step);
    bytes_format(&scene->failure.reason, "%s%s is ", before, actor->name);
    if (actor->presence == OVER)
        scene->failure.reason.len -= strlen("is ");
    describe_actor(&scene->failure.reason, actor);
    return FAILS;
}

/* -------------------------------------------------------------- pumping -- */

static void reap(struct scene *scene)
{
    struct signalfd_siginfo info;
    (void)!read(scene->child_signals, &info, sizeof info);
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t i = 0; i < scene->transcript->actor_count; i++)
            if (actor_reaped(&scene->actors[i], pid, status))
                break;
}

static void add_poll(struct pollfd *polls, size_t *count, int fd, bool read,
                     bool write)
{
    short events = (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0));
    if (fd != -1 && events != 0)
        polls[(*count)++] = (struct pollfd){.fd = fd, .events = events};
}

static short events_of(const struct pollfd *polls, size_t count, int fd)
{
    for (size_t i = 0; i < count && fd != -1; i++)
        if (polls[i].fd == fd)
            return polls[i].revents;
    return 0;
}

static bool pump_actor(struct actor *actor, const struct pollfd *polls,
                       size_t count)
{
    bool moved = false;
    struct stream *streams[] = {&actor->out, &actor->err, &actor->calls};
    if (events_of(polls, count, actor->out.fd) & POLLOUT) {
        size_t before = actor->typed.len;
        actor_type(actor);
        moved = actor->typed.len != before;
    }
    for (size_t i = 0; i < 3; i++)
        if (events_of(polls, count, streams[i]->fd) &
            (POLLIN | POLLHUP | POLLERR))
            moved |= stream_read(streams[i]);
    if (events_of(polls, count, actor->report)) {
        actor_read_report(actor);
        moved = true;
    }
    return moved;
}

/* Wait for at most `seconds` and take in what comes. False if nothing did. */
static bool pump(struct scene *scene, double seconds)
{
    size_t actors = scene->transcript->actor_count, count = 0;
    struct pollfd *polls = grow(NULL, 1 + 4 * actors, sizeof *polls);
    add_poll(polls, &count, scene->child_signals, true, false);
    for (size_t i = 0; i < actors; i++) {
        struct actor *actor = &scene->actors[i];
        add_poll(polls, &count, actor->out.fd, !stream_is_full(&actor->out),
                 actor->typed.len > 0);
        add_poll(polls, &count, actor->err.fd, !stream_is_full(&actor->err),
                 false);
        add_poll(polls, &count, actor->calls.fd, !stream_is_full(&actor->calls),
                 false);
        add_poll(polls, &count, actor->report, true, false);
    }
    int milliseconds = seconds > 0 ? (int)(seconds * 1000) + 1 : 0;
    bool moved = false;
    if (poll(polls, (nfds_t)count, milliseconds) > 0) {
        for (size_t i = 0; i < actors; i++)
            moved |= pump_actor(&scene->actors[i], polls, count);
        if (polls[0].revents & POLLIN) {
            reap(scene);
            moved = true;
        }
    }
    free(polls);
    return moved;
}

/* ----------------------------------------------------------------- calm -- */

static void disturb(struct calm *calm)
{
    *calm = (struct calm){0};
}

static void look_around(struct calm *calm)
{
    struct look look = look_at_descendants(getpid());
    bool same = look.asleep && calm->since > 0 && look.changes == calm->changes;
    if (!look.asleep)
        disturb(calm);
    else if (!same)
        calm->since = now();
    calm->changes = look.changes;
    calm->timed = look.timed;
}

static bool calm_lasts(const struct calm *calm, double seconds)
{
    return calm->since > 0 && now() - calm->since >= seconds;
}

/* --------------------------------------------------------- system calls -- */

/* "write(2, ...) = 14" wrote 14 bytes to 2: 0 if it is another call. */
static long long bytes_written(const char *call, int *fd)
{
    static const char *const names[] = {"write(", "writev("};
    const char *result = strrchr(call, '=');
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i]);
        if (strncmp(call, names[i], len) != 0 || result == NULL)
            continue;
        *fd = atoi(call + len);
        long long bytes = atoll(result + 1);
        return bytes > 0 && (*fd == 1 || *fd == 2) ? bytes : 0;
    }
    return 0;
}

static void write_call(struct scene *scene, size_t actor)
{
    const char *call = bytes_text(&scene->call);
    fprintf(scene->events, "%s%% %s\n", scene->actors[actor].name, call);
    int fd = 1;
    long long bytes = bytes_written(call, &fd);
    scene->untraced[actor][fd == 2] -= bytes;
}

/* The actor's next system call into scene->call; false if none is there. */
static bool next_call(struct scene *scene, size_t actor)
{
    struct stream *calls = &scene->actors[actor].calls;
    const char *text;
    size_t len;
    while (stream_front(calls, &text, &len) == LINE) {
        bool whole = trace_line(&scene->traces[actor], text, len, &scene->call);
        stream_take(calls, len + 1);
        if (!whole)
            continue;
        if (scene->events != NULL)
            write_call(scene, actor);
        return true;
    }
    return false;
}

/* Calls that nobody will ask about must not fill the fifo: the program would
 * wait for strace, and we for the program. */
static void forget_calls(struct scene *scene, size_t actor)
{
    const struct transcript *script = scene->transcript;
    if (scene->events != NULL && !stream_is_full(&scene->actors[actor].calls))
        return;
    for (size_t i = scene->at; script->has_calls && i < script->count; i++)
        if (script->steps[i].kind == CALL && script->steps[i].actor == actor)
            return;
    while (next_call(scene, actor))
        ;
}

/* --------------------------------------------------------- expectations -- */

static struct stream *stream_of(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    return step->kind == ERR ? &actor->err : &actor->out;
}

static const char *stream_label(const struct step *step)
{
    return step->kind == ERR ? "stderr" : "stdout";
}

static bool is_held(const struct scene *scene, const struct step *step)
{
    return scene->held[step - scene->transcript->steps];
}

/* The first step of the actor's present run, from the scene's place on, that
 * has not happened and is of this kind, or its end; NULL if it has none. */
static const struct step *next_of(const struct scene *scene, size_t actor,
                                  size_t from, enum step_kind kind)
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
static bool is_possible(const struct scene *scene, const struct step *step,
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
static enum verdict fail_other_stream(struct scene *scene,
                                      const struct step *step, bool same_text,
                                      const char *text, size_t len)
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
static enum verdict fail_ended(struct scene *scene, const struct step *step)
{
    struct actor *actor = &scene->actors[step->actor];
    enum step_kind kind = step->kind == ERR ? OUT : ERR;
    /* Its end is news too, and may be just behind. */
    for (int tries = 0; actor->presence == ON_STAGE && tries < 5; tries++)
        pump(scene, quick_look);
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

static void happened(struct scene *scene, const struct step *step,
                     const char *text, size_t len)
{
    scene->held[step - scene->transcript->steps] = true;
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
static enum verdict check_left_over(struct scene *scene,
                                    const struct step *step,
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

static enum verdict try_ended(struct scene *scene, const struct step *step)
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
    happened(scene, step, status, strlen(status));
    return HOLDS;
}

static enum verdict try_step(struct scene *scene, const struct step *step,
                             const struct calm *all)
{
    switch (step->kind) {
    case OUT:
    case ERR:
        return try_line(scene, step, all);
    case CALL:
        return try_call(scene, step);
    case ASLEEP:
        return try_asleep(scene, step, all);
    case ENDED:
        return try_ended(scene, step);
    default:
        return HOLDS;
    }
}

/* ------------------------------------------------------- contradictions -- */

/*
 * A later line can be known to be wrong before its turn: the line that has
 * come in its stream cannot match, or its actor has ended. Waiting for a
 * deadline would teach nobody anything.
 */

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
        pump(scene, quick_look);
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
            return try_ended(scene, step) == FAILS ? FAILS : NOT_YET;
        if (step->kind == TYPE || step->kind == END_OF_INPUT ||
            step->kind == SIGNAL || step->kind == ASLEEP)
            return fail_state(scene, step, "too late: ");
        return NOT_YET;
    }
    return NOT_YET;
}

static enum verdict find_contradiction(struct scene *scene)
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
    return scene->transcript->deadline * (scene->events != NULL ? 6 : 1);
}

static enum verdict wait_for(struct scene *scene, size_t count)
{
    const struct step *first = &scene->transcript->steps[scene->at];
    double deadline = now() + patience(scene);
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
        bool late = now() >= deadline;
        if (late || (calm_lasts(&all, silence) && !all.timed &&
                     !expects_alarm(scene))) {
            explain_silence(scene, first_unheld(scene, count), !late);
            return FAILS;
        }
        if (pump(scene, wait)) {
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

    double deadline = now() + scene->transcript->deadline;
    actor_type(actor);
    while (actor->typed.len > 0 && now() < deadline &&
           stream_is_open(&actor->out))
        pump(scene, first_look);
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
    double deadline = now() + scene->transcript->deadline;
    /* It may not be there yet: a wrapper is at work, or it has only been
     * forked and leads no process group. */
    bool sent;
    while (!(sent = actor_signal(actor, step->signal)) &&
           actor->presence == ON_STAGE && now() < deadline)
        pump(scene, quick_look);
    if (!sent) {
        fail_state(scene, step, "too late: ");
        return false;
    }
    happened(scene, step, step->text, strlen(step->text));
    return true;
}

bool scene_act(struct scene *scene, const struct step *step)
{
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

/* ----------------------------------------------------------- performing -- */

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
    fprintf(scene->events, "%s\n", step->source);
}

bool scene_perform(struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    scene_begin(scene);
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
