#define _GNU_SOURCE /* PR_SET_CHILD_SUBREAPER, nftw's flags */
#include "guard.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "actor.h"
#include "perform.h"
#include "process.h"

/* ------------------------------------------------------------ directory -- */

static char *make_scene_directory(void)
{
    const char *base = getenv("TMPDIR");
    struct bytes path = {0};
    bytes_format(&path, "%s/play.XXXXXX", base && *base ? base : "/tmp");
    (void)bytes_text(&path);
    if (mkdtemp(path.data) == NULL || chmod(path.data, 0711) == -1) {
        fprintf(stderr, "play: mkdtemp %s: %s\n", path.data, strerror(errno));
        exit(FAILED);
    }
    return path.data;
}

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    remove(path);
    return 0;
}

/* What an actor has locked, or made too deep for a path, is left to chmod(1)
 * and rm(1), which know how. */
static void remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (access(path, F_OK) == -1)
        return;
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c",
              "chmod -R u+rwx -- \"$1\"; rm -rf -- \"$1\"", "sh", path,
              (char *)NULL);
        _exit(127);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

/* ------------------------------------------------------------- terminal -- */

static struct termios terminal_before;
static bool terminal_changed;

void prepare_terminal(const struct options *options)
{
    if (options->mode != STEP ||
        tcgetattr(STDIN_FILENO, &terminal_before) == -1)
        return;
    struct termios keys = terminal_before;
    keys.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    terminal_changed = tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
}

void restore_terminal(void)
{
    if (terminal_changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
}

/* -------------------------------------------------------------- signals -- */

static void watch_signals(sigset_t *watched)
{
    static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,
                                  SIGQUIT, SIGCHLD, SIGPIPE};
    sigemptyset(watched);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        signal(numbers[i], SIG_DFL); /* bats and others ignore some */
        sigaddset(watched, numbers[i]);
    }
    sigprocmask(SIG_BLOCK, watched, NULL);
}

static void die_by(int number)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
}

/* Wait for the child. A signal that ends us ends it; 0 if none came. */
static int guard(pid_t child, const sigset_t *watched, int *status)
{
    for (;;) {
        int number = 0;
        if (waitpid(child, status, WNOHANG) == child)
            return 0;
        sigwait(watched, &number);
        if (number == SIGCHLD || number == SIGPIPE)
            continue;
        kill(child, SIGKILL);
        waitpid(child, status, 0);
        return number;
    }
}

/* ------------------------------------------------------------ processes -- */

static void begin_performer(pid_t guardian, pid_t group)
{
    /* What ends the player comes to the guard; a key's signal comes to both.
     * SIGTTIN would stop a player whose terminal another one has taken; with it
     * ignored, read fails (and nobody steps any more). */
    static const int guarded[] = {SIGINT,  SIGTERM, SIGHUP,
                                  SIGQUIT, SIGPIPE, SIGTTIN};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (getppid() != guardian)
        _exit(FAILED);
    setpgid(0, group); /* the terminal's, whose keys it reads */
    for (size_t i = 0; i < sizeof guarded / sizeof guarded[0]; i++)
        signal(guarded[i], SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void end_as(int status)
{
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    prctl(PR_SET_DUMPABLE, 0); /* one core is enough */
    die_by(WTERMSIG(status));
    _exit(FAILED);
}

/*
 * Nobody can guard against a SIGKILL of his own. So a second guard, in a group
 * of its own, stands between the first one and the performer. It clears the
 * stage whichever of the two ends first: both may be about to.
 */
static _Noreturn void stand_by(pid_t first, const sigset_t *watched,
                               const struct options *options,
                               const struct transcript *script,
                               const char *directory)
{
    pid_t group = getpgrp(), self = getpid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    setpgid(0, 0);
    pid_t performer = fork();
    if (performer == -1) {
        fprintf(stderr, "play: %s: fork: %s\n", script->path, strerror(errno));
        _exit(FAILED);
    }
    if (performer == 0) {
        begin_performer(self, group);
        int verdict = perform(options, script, directory);
        fflush(stdout);
        _exit(verdict);
    }
    int number, status = 0;
    while (getppid() == first &&
           waitpid(performer, &status, WNOHANG) != performer)
        sigwait(watched, &number);
    kill_descendants();
    remove_tree(directory);
    if (getppid() == first)
        end_as(status);
    signal(SIGTTOU, SIG_IGN); /* it may set the terminal from behind, too */
    restore_terminal();
    _exit(FAILED);
}

int play_guarded(const struct options *options, const struct transcript *script)
{
    sigset_t watched;
    watch_signals(&watched);
    char *directory = make_scene_directory();
    pid_t self = getpid();
    fflush(stdout);
    pid_t second = fork();
    if (second == 0)
        stand_by(self, &watched, options, script, directory);
    int status = 0;
    int number = second == -1 ? 0 : guard(second, &watched, &status);
    if (!kill_descendants())
        fprintf(stderr, "play: %s: a process of another user is still alive\n",
                script->path);
    remove_tree(directory);
    free(directory);
    if (number != 0) {
        restore_terminal();
        die_by(number);
    }
    if (second == -1 || !WIFEXITED(status)) {
        fprintf(stderr, "play: %s: the player itself failed (%s)\n",
                script->path,
                second == -1 ? strerror(errno) : status_text(status));
        return FAILED;
    }
    return WEXITSTATUS(status);
}
