/*
 * weather - run a program in bad weather.
 *
 *   weather [OPTION]... COMMAND [ARG]...      weather --help tells them all
 *
 * The kernel may give a program fewer bytes than it asked for, interrupt its
 * calls that sleep, refuse what it mostly grants. On a quiet machine it
 * seldom does; here it often does. COMMAND becomes the very process that
 * weather was started as; the one that changes its calls is a descendant that
 * has left: so status, signals, terminal and descriptors are the program's own.
 */
#define _GNU_SOURCE /* prctl's and clone's constants */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter.h"
#include "machine.h"
#include "options.h"
#include "tracer.h"

static _Noreturn void give_up(const char *what, int error)
{
    fprintf(stderr, "weather: %s%s%s\n", what, error != 0 ? ": " : "",
            error != 0 ? strerror(error) : "");
    exit(IMPOSSIBLE);
}

static int open_report(const struct options *options)
{
    const char *path = options->report;
    if (options->report_fd != -1 &&
        fcntl(options->report_fd, F_SETFD, FD_CLOEXEC) == -1) {
        fprintf(stderr, "weather: --report-fd %d: %s\n", options->report_fd,
                strerror(errno));
        exit(MISUSED);
    }
    if (path == NULL)
        return options->report_fd;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd == -1) {
        fprintf(stderr, "weather: %s: %s\n", path, strerror(errno));
        exit(MISUSED);
    }
    return fd;
}

/*
 * The tracer, a grandchild: when our child has ended it is nobody's child that
 * the program could wait for. Our child ends without a signal, so that not
 * even a SIGCHLD is left for the program.
 */
static void start_tracer(const struct options *options, int channel,
                         int report_fd)
{
    pid_t program = getpid();
    pid_t child = (pid_t)syscall(SYS_clone, 0UL, 0UL, 0UL, 0UL, 0UL);
    if (child == -1)
        give_up("clone", errno);
    if (child == 0) {
        if (fork() == 0)
            trace(options, program, channel, report_fd);
        _exit(0);
    }
    while (waitpid(child, NULL, __WALL) == -1 && errno == EINTR)
        ;
}

/* Returns whether sockets must be tracked. */
static bool be_traced(const struct options *options)
{
    int pair[2], report_fd = open_report(options);
    struct answer answer;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
        give_up("socketpair", errno);
    /* Where only a parent may trace (Yama), anybody may, for this moment. */
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    start_tracer(options, pair[1], report_fd);
    close(pair[1]);
    ssize_t n;
    while ((n = read(pair[0], &answer, sizeof answer)) == -1 && errno == EINTR)
        ;
    prctl(PR_SET_PTRACER, 0, 0, 0, 0);
    if (n != sizeof answer)
        give_up("the tracer could not be started", 0);
    if (answer.error != 0)
        give_up("this process cannot be traced here", answer.error);
    close(pair[0]);
    if (report_fd != -1)
        close(report_fd);
    return answer.tracking;
}

int main(int argc, char *argv[])
{
    struct options options;
    read_options(&options, argc, argv);
    if (!MACHINE_IS_KNOWN)
        give_up("this machine is neither x86-64 nor 64-bit ARM", 0);
    bool tracking = be_traced(&options);
    if (!install_filter(&options, tracking))
        give_up("seccomp filter", errno);
    execvp(options.command[0], options.command);
    int error = errno;
    fprintf(stderr, "weather: %s: %s\n", options.command[0], strerror(error));
    return error == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
}
