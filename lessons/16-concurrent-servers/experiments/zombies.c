/*
 * zombies.c - a forking server that never asks how its children have ended.
 *
 *   build  cc -I../../../common zombies.c ../../../common/error.c \
 *             ../../../common/net.c -o zombies
 *   run    ./zombies [PORT]              default 5000; it serves three clients
 *   read   waitid(2) on WNOWAIT, waitpid(2) on zombies, proc(5)
 */
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { CLIENTS = 3 };

/* A process's state, as ps shows it: the word after its name. */
static char state_of(pid_t pid)
{
    char path[64], state = '?';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return '-';
    if (fscanf(f, "%*d (zombies) %c", &state) != 1)
        state = '?';
    fclose(f);
    return state;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("zombies [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    pid_t children[CLIENTS];
    for (int i = 0; i < CLIENTS;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        children[i] = fork();
        if (children[i] == -1)
            die("fork");
        if (children[i] == 0) {
            if (send(connfd, "welcome\n", 8, MSG_NOSIGNAL) == -1)
                report("send 8 bytes");
            _exit(0);
        }
        close(connfd);

        /* So that we do not look too early. WNOWAIT: wait, and leave the
         * child as it is. A server that does nothing at all gets the same. */
        siginfo_t info;
        if (waitid(P_PID, (id_t)children[i], &info, WEXITED | WNOWAIT) == -1)
            die("waitid");
        printf("process %d has served its client\n", (int)children[i]);
        i++;
    }

    for (int i = 0; i < CLIENTS; i++)
        printf("process %d: state %c\n", (int)children[i],
               state_of(children[i]));
    for (int i = 0; i < CLIENTS; i++) {
        int status;
        if (waitpid(children[i], &status, 0) == -1)
            die("waitpid");
        printf("waitpid: process %d, status %d; now its state is %c\n",
               (int)children[i], WEXITSTATUS(status), state_of(children[i]));
    }
    return 0;
}
