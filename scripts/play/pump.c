#include "pump.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

/* ------------------------------------------------------------- pumping -- */

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
bool pump(struct scene *scene, double seconds)
{
    size_t actors = scene->transcript->actor_count, count = 0;
    struct pollfd *polls = grow(NULL, 3 + 4 * actors, sizeof *polls);
    xray_answer(scene); /* the steps have been tried with all that is here */
    add_poll(polls, &count, scene->child_signals, true, false);
    add_poll(polls, &count, scene->xray.fd, true, false);
    add_poll(polls, &count, scene->xray.hold, true, false);
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
        if (events_of(polls, count, scene->xray.fd)) {
            xray_read(scene);
            moved = true;
        }
        if (events_of(polls, count, scene->xray.hold)) {
            xray_read_hold(scene);
            moved = true;
        }
    }
    free(polls);
    return moved;
}

/* ---------------------------------------------------------------- calm -- */

void disturb(struct calm *calm)
{
    *calm = (struct calm){0};
}

void look_around(struct calm *calm)
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

bool calm_lasts(const struct calm *calm, double seconds)
{
    return calm->since > 0 && now() - calm->since >= seconds;
}

/* -------------------------------------------------------- system calls -- */

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
bool next_call(struct scene *scene, size_t actor)
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
void forget_calls(struct scene *scene, size_t actor)
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
