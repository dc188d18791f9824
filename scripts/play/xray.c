#define _GNU_SOURCE /* PR_SET_PTRACER */
#include "xray.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cue.h"
#include "process.h"
#include "pump.h"
#include "scene.h"

/* Seconds. How long an action waits for actors that never come to rest, and
 * the tracer for output that does not come (it went through a descriptor that
 * is not what it seemed). Long, for machines may be busy. */
static const double patience = 3, lost = 1, look = 0.02;

/* `from` becomes the descriptor `to`; -1 stays away. */
static void place(int from, int to)
{
    if (from != -1)
        dup2(from, to);
    else
        close(to);
}

static void become_tracer(const int fds[2], const char *program,
                          const char *log)
{
    int high[2]; /* out of the way of each other */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 0; i < 2; i++)
        high[i] = fds[i] == -1 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, 16);
    place(high[0], XRAY_FD);
    place(high[1], XRAY_HOLD_FD);
    execl(program, program, log, (char *)NULL);
    fprintf(stderr, "play: %s: %s\n", program, strerror(errno));
    _exit(127);
}

const char *xray_begin(struct xray *xray, const char *program, const char *log,
                       bool holds)
{
    int pair[2], hold[2] = {-1, -1};
    *xray = (struct xray){.fd = -1, .hold = -1, .quiet = true};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
        return strerror(errno);
    if (holds && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, hold) == -1)
        return strerror(errno);
    xray->tracer = fork();
    if (xray->tracer == 0)
        become_tracer((int[]){pair[1], hold[1]}, program, log);
    close(pair[1]);
    if (holds)
        close(hold[1]);
    xray->fd = pair[0];
    xray->hold = hold[0];
    return xray->tracer == -1 ? strerror(errno) : NULL;
}

void xray_read_hold(struct scene *scene)
{
    struct xray *xray = &scene->xray;
    char why;
    ssize_t n = recv(xray->hold, &why, 1, MSG_DONTWAIT);
    if (n == 1) {
        cue_held(scene, (enum xray_held)why);
    } else if (n == 0) {
        close(xray->hold);
        xray->hold = -1;
    }
}

void xray_release(const struct xray *xray)
{
    if (xray->hold != -1)
        (void)!send(xray->hold, "", 1, MSG_NOSIGNAL);
}

static void say(const struct xray *xray, const struct xray_message *message,
                size_t text)
{
    size_t len = offsetof(struct xray_message, text) + text + 1;
    if (xray->fd != -1)
        (void)!send(xray->fd, message, len, MSG_NOSIGNAL);
}

/* A STEP or a GO; whoever was quiet may move at this. */
static void tell(struct xray *xray, const struct xray_message *message,
                 size_t text)
{
    say(xray, message, text);
    xray->said++;
    xray->quiet = false;
}

/* ------------------------------------------------------------ the actor -- */

/*
 * In a user namespace of our own we have all capabilities, and the tracer has
 * none: it may not trace us. They would be gone with the program's exec(3);
 * but we cannot wait for that.
 */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version =
                                                  _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    if (geteuid() == 0)
        return;
    syscall(SYS_capset, &header, none);
    prctl(PR_SET_DUMPABLE, 1);
}

static bool is_traced(void)
{
    char line[128] = "";
    bool traced = true; /* nobody can tell: go on */
    FILE *status = fopen("/proc/self/status", "re");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "TracerPid:", 10) == 0)
            traced = atol(line + 10) != 0;
    if (status != NULL)
        fclose(status);
    return traced;
}

void xray_present(const struct xray *xray, int actor)
{
    struct timespec moment = {.tv_nsec = 200000};
    struct xray_message message = {
        .what = XRAY_STARTED, .actor = actor, .pid = getpid()};
    for (int i = 0; i < 2; i++) {
        struct stat status = {0};
        fstat(STDOUT_FILENO + i, &status);
        message.device[i] = status.st_dev;
        message.inode[i] = status.st_ino;
    }
    drop_capabilities();
    /* Yama lets a process be traced by whom it names. */
    prctl(PR_SET_PTRACER, (unsigned long)xray->tracer, 0, 0, 0);
    say(xray, &message, 0);
    double deadline = now() + 5;
    while (!is_traced() && now() < deadline)
        nanosleep(&moment, NULL);
}

/* ------------------------------------------------------------ the scene -- */

void xray_step(struct scene *scene, const struct step *step, const char *text,
               size_t len)
{
    if (scene->xray.fd == -1)
        return;
    struct xray_message message = {
        .what = XRAY_STEP, .actor = -1, .line = step->line};
    const char *sign = step->kind == NOTE ? "#" : step_sign(step);
    snprintf(message.sign, sizeof message.sign, "%s", sign);
    if (step->kind != NOTE) {
        message.actor = (int)step->actor;
        snprintf(message.name, sizeof message.name, "%s",
                 scene->transcript->actors[step->actor]);
    }
    if (step->kind == ASLEEP) {
        text = step->source + strcspn(step->source, "~") + 2;
        len = strlen(text);
    }
    struct bytes shown = {0};
    show_bytes(&shown, text, len, SHOW_PLAIN);
    if (step->kind == END_OF_INPUT)
        bytes_add_text(&shown, "D");
    size_t taken, most = XRAY_TEXT / 4 - 1; /* a column is at most 4 bytes */
    const char *from = bytes_text(&shown);
    size_t fit = fit_columns(from, shown.len, most, &taken);
    memcpy(message.text, from, fit);
    bytes_free(&shown);
    tell(&scene->xray, &message, fit);
    scene->xray.steps++;
}

static bool is_complete(const struct scene *scene)
{
    const struct xray *xray = &scene->xray;
    const struct actor *actor = &scene->actors[xray->actor];
    if (now() - xray->since >= lost)
        return true;
    if (xray->ended != 0 && xray->ended == actor->pid)
        return actor->presence == OVER && actor_is_drained(actor);
    return (actor->out.total >= xray->printed[0] ||
            !stream_is_open(&actor->out)) &&
           (actor->err.total >= xray->printed[1] ||
            !stream_is_open(&actor->err));
}

/* Whom the scene waits for now. */
static int wanted_actor(const struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    for (size_t i = scene->at; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (step->kind == NOTE || scene->held[i])
            continue;
        return is_expectation(step->kind) ? (int)step->actor : -1;
    }
    return -1;
}

void xray_answer(struct scene *scene)
{
    struct xray *xray = &scene->xray;
    if (xray->fd == -1 || !xray->asked || !is_complete(scene))
        return;
    struct xray_message message = {.what = XRAY_GO,
                                   .actor = wanted_actor(scene)};
    xray->asked = false;
    tell(xray, &message, 0);
}

void xray_read(struct scene *scene)
{
    struct xray *xray = &scene->xray;
    struct xray_message message = {0};
    ssize_t n = recv(xray->fd, &message, sizeof message, MSG_DONTWAIT);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        close(xray->fd);
        xray->fd = -1;
        return;
    }
    xray->quiet = message.what == XRAY_QUIET && message.heard == xray->said;
    if (message.what != XRAY_ASK)
        return;
    xray->asked = true;
    xray->actor = message.actor;
    xray->ended = message.pid;
    xray->since = now();
    memcpy(xray->printed, message.printed, sizeof xray->printed);
}

void xray_settle(struct scene *scene)
{
    struct xray *xray = &scene->xray;
    double deadline = now() + patience;
    while (xray->fd != -1 && !xray->quiet && now() < deadline)
        pump(scene, look);
}

void xray_end(struct xray *xray)
{
    struct xray_message message = {.what = XRAY_DONE};
    char rest[64];
    if (xray->fd == -1)
        return;
    say(xray, &message, 0);
    if (xray->hold != -1)
        close(xray->hold); /* and hold nobody any more */
    xray->hold = -1;
    struct pollfd ready = {.fd = xray->fd, .events = POLLIN};
    while (poll(&ready, 1, 5000) == 1 &&
           recv(xray->fd, rest, sizeof rest, MSG_TRUNC) > 0)
        ;
    close(xray->fd);
    xray->fd = -1;
}
