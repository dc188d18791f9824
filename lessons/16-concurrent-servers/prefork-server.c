/*
 * prefork-server.c - echo to some clients at once: a few processes that are
 * made before there is any client, and all wait in accept.
 *
 *   build  cc -I../../common prefork-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o prefork-server
 *   run    ./prefork-server [PORT [SECONDS]]      default 5000 30; Ctrl-C or
 *                                                 `kill` stops it, status 0
 *   read   accept(2), fork(2), sigtimedwait(2), prctl(2); service.h
 *
 * While all eight are busy, the ninth client waits until one of the eight
 * leaves, or keeps still for SECONDS.
 */
#define _GNU_SOURCE /* ppoll: in POSIX since 2024 only */
#include <sys/prctl.h>
#include <sys/wait.h>

#include "service.h"

enum { WORKERS = 8 };
static pid_t workers[WORKERS]; /* 0: nobody in this place */
static int working;

/* Each worker is an iterative server. All sleep in accept on the same socket:
 * the kernel wakes one of them for each client. */
static _Noreturn void work(int listenfd, int seconds, pid_t parent)
{
    forget_stop();
    /* Should our parent be killed, we must not go on without it. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    while (!ferror(stdout)) {
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd == -1)
            continue;
        char who[ENDPOINT_SIZE];
        printf("process %d serves %s\n", (int)getpid(), endpoint(&peer, who));
        const char *end = echo(connfd, seconds, NULL);
        printf("%s %s\n", who, end);
        close(connfd);
    }
    _exit(1);
}

/* Fill the empty places. False if a process could not be made. */
static bool hire(int listenfd, int seconds)
{
    static bool opened;
    pid_t parent = getpid();
    for (int i = 0; i < WORKERS; i++) {
        if (workers[i] != 0)
            continue;
        pid_t pid = fork();
        if (pid == 0)
            work(listenfd, seconds, parent);
        if (pid == -1) {
            report("fork for worker %d", i);
            return false;
        }
        workers[i] = pid;
        working++;
        if (opened)
            printf("process %d takes its place\n", (int)pid);
    }
    opened = true;
    return true;
}

/* Take the ended ones off the list. False if one has given up by itself: it
 * has said why, and the next one would fare no better. */
static bool bury(int options)
{
    pid_t pid;
    int status;
    bool well = true;
    while (working > 0 && (pid = waitpid(-1, &status, options)) != 0) {
        if (pid == -1 && errno == EINTR)
            continue;
        if (pid == -1)
            die("waitpid");
        for (int i = 0; i < WORKERS; i++) {
            if (workers[i] != pid)
                continue;
            workers[i] = 0;
            working--;
            printf("process %d has ended\n", (int)pid);
            well = well && !WIFEXITED(status);
        }
    }
    return well;
}

int main(int argc, char *argv[])
{
    struct arguments given =
        arguments(argc, argv, "prefork-server [PORT [SECONDS]]");
    catch_stop();
    catch_children();
    int listenfd = listen_on(given.port);
    printf("listening on 127.0.0.1:%u with %d processes\n",
           local_port(listenfd), WORKERS);

    /* The parent serves nobody. It sees to it that there are always eight. */
    bool well = true;
    while (well && times_asked() == 0 && !ferror(stdout)) {
        bool all = hire(listenfd, given.seconds);
        wait_for(NULL, 0, all ? -1 : 1000, asleep_mask());
        well = bury(WNOHANG);
    }

    close(listenfd);
    for (int i = 0; i < WORKERS; i++)
        if (workers[i] != 0)
            kill(workers[i], SIGTERM);
    bury(0);
    return well && !ferror(stdout) ? 0 : 1;
}
