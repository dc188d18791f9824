/*
 * init.c - run a program inside a wrapper (a sandbox, a tracer) and report
 * its start and its true end to the player.
 *
 *   init FD COMMAND [ARG]...
 *
 * A sandbox has a status of its own, and the first process of a process
 * namespace survives SIGPIPE; so the program is a child of this one, in a
 * process group of its own, and its status is written to the socket FD. The
 * program gets no descriptor but 0, 1 and 2.
 */
#define _GNU_SOURCE /* prctl's constants */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

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

int main(int argc, char *argv[])
{
    int fd = argc > 2 ? atoi(argv[1]) : -1;
    if (fd < 3) {
        fputs("usage: init FD COMMAND [ARG]...\n", stderr);
        return 2;
    }
    /* The socket must not be taken out of this process by the program. */
    prctl(PR_SET_DUMPABLE, 0);
    fcntl(fd, F_SETFD, FD_CLOEXEC);

    pid_t program = fork();
    if (program == -1) {
        perror("fork");
        return 1;
    }
    if (program == 0)
        become(fd, argv + 2);

    struct report ended = {.what = ENDED_WITH};
    while (waitpid(program, &ended.status, 0) == -1 && errno == EINTR)
        ;
    send(fd, &ended, sizeof ended, MSG_NOSIGNAL);
    return 0;
}
