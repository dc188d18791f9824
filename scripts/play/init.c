/*
 * init.c - run a program inside a wrapper (a sandbox, a tracer) and report
 * its start and its true end to the player.
 *
 *   init FD COMMAND [ARG]...
 *   init --user N COMMAND [ARG]...
 *   init --first PROCESSES SECONDS FILE MEMORY [--raw-user N] COMMAND [ARG]...
 *
 * A sandbox has a status of its own, and the first process of a process
 * namespace survives SIGPIPE; so the program is a child of this one, in a
 * process group of its own, and its status is written to the socket FD. The
 * program gets no descriptor but 0, 1 and 2.
 *
 * With --first it is that first process (scripts/sandbox --init), in place of a
 * shell that would set the limits of getrlimit(2) and start COMMAND: so many
 * processes, seconds of computing, bytes of each file, and of memory, which may
 * be `unlimited`. Often COMMAND is `init FD COMMAND`: then it goes on as that.
 *
 * With --user, root becomes this user, without any rights (setpriv(1)), and
 * then COMMAND; with --raw-user, he keeps the right to raw sockets.
 */
#define _GNU_SOURCE /* prctl's constants */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "privileges.h"
#include "report.h"

/* A number as both limits, soft and hard; false if it is none. */
static bool at_most(const char *text, struct rlimit *limit)
{
    char *end;
    limit->rlim_cur = limit->rlim_max = strtoull(text, &end, 10);
    return end != text && *end == '\0';
}

/* Should memory run out all the same, this is what the kernel ends first. */
static void offer_to_the_kernel(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY);
    if (fd == -1)
        return;
    (void)!write(fd, "1000", 4);
    close(fd);
}

/* Fails closed: no program runs with less than all of them. */
static bool set_limits(char *const texts[])
{
    static const struct rlimit no_core = {0, 0}, files = {1024, 1024};
    struct rlimit processes, seconds, file, memory;
    bool unlimited = strcmp(texts[3], "unlimited") == 0;
    offer_to_the_kernel();
    setrlimit(RLIMIT_NOFILE, &files); /* if there may be so many */
    return at_most(texts[0], &processes) && at_most(texts[1], &seconds) &&
           at_most(texts[2], &file) &&
           (unlimited || at_most(texts[3], &memory)) &&
           setrlimit(RLIMIT_CORE, &no_core) == 0 &&
           setrlimit(RLIMIT_NPROC, &processes) == 0 &&
           setrlimit(RLIMIT_CPU, &seconds) == 0 &&
           setrlimit(RLIMIT_FSIZE, &file) == 0 &&
           (unlimited || setrlimit(RLIMIT_AS, &memory) == 0);
}

static void become(int fd, char *command[])
{
    struct report begun = {.what = BEGUN};
    setpgid(0, 0);
    if (send(fd, &begun, sizeof begun, MSG_NOSIGNAL) == -1)
        _exit(127);
    execvp(command[0], command);
    fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* Run a command, and end as a shell would. */
static int run(char *command[])
{
    int status;
    pid_t program = fork();
    if (program == -1)
        return 126;
    if (program == 0) {
        execvp(command[0], command);
        _exit(errno == ENOENT ? 127 : 126);
    }
    while (waitpid(program, &status, 0) == -1 && errno == EINTR)
        ;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int report_on(int fd, char *command[])
{
    /* The socket must not be taken out of this process by the program. */
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    pid_t program = fork();
    if (program == -1) {
        perror("fork");
        return 1;
    }
    if (program == 0)
        become(fd, command);

    struct report ended = {.what = ENDED_WITH};
    while (waitpid(program, &ended.status, 0) == -1 && errno == EINTR)
        ;
    send(fd, &ended, sizeof ended, MSG_NOSIGNAL);
    return 0;
}

static int report(int argc, char *argv[])
{
    int fd = argc > 2 ? atoi(argv[1]) : -1;
    if (fd < 3) {
        fputs("usage: init FD COMMAND [ARG]...\n", stderr);
        return 2;
    }
    return report_on(fd, argv + 2);
}

/* Or end: no program runs with root's rights. */
static void change_user(const char *word, bool raw_sockets)
{
    uid_t user;
    if (read_user_id(word, &user) && become_user(user, raw_sockets))
        return;
    fprintf(stderr, "init: user %s: %s\n", word, strerror(errno));
    _exit(126);
}

/* Process 1 of a sandbox. */
static int be_first(const char *self, int argc, char *argv[])
{
    enum { LIMITS = 4 };
    if (argc <= LIMITS || !set_limits(argv))
        return 126;
    argc -= LIMITS;
    argv += LIMITS;
    if (argc > 2 && strcmp(argv[0], "--raw-user") == 0) {
        change_user(argv[1], true);
        argc -= 2;
        argv += 2;
    }
    return strcmp(argv[0], self) == 0 ? report(argc, argv) : run(argv);
}

int main(int argc, char *argv[])
{
    prctl(PR_SET_DUMPABLE, 0); /* no program looks into this one */
    if (argc > 2 && strcmp(argv[1], "--first") == 0)
        return be_first(argv[0], argc - 2, argv + 2);
    if (argc > 3 && strcmp(argv[1], "--user") == 0) {
        change_user(argv[2], false);
        execvp(argv[3], argv + 3);
        perror(argv[3]);
        return errno == ENOENT ? 127 : 126;
    }
    return report(argc, argv);
}
