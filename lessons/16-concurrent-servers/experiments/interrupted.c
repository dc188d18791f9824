/*
 * interrupted.c - a forking server that buries its children in a handler, and
 * takes every error of accept for its end.
 *
 *   build  cc -I../../../common interrupted.c ../../../common/error.c \
 *             ../../../common/net.c -o interrupted
 *   run    ./interrupted [PORT [again]]  default 5000; with `again` it calls
 *                                        accept again, for one more client
 *   read   accept(2) on EINTR, signal(7) on interrupted calls
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* A handler may call waitpid; it must leave errno as it was. */
static void on_child(int number)
{
    (void)number;
    int saved = errno;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    errno = saved;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3 || (argc == 3 && strcmp(argv[2], "again") != 0))
        usage("interrupted [PORT [again]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    struct sigaction action = {.sa_handler = on_child};
    if (sigaction(SIGCHLD, &action, NULL) == -1)
        die("sigaction SIGCHLD");
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    for (int clients = 0; clients < 2;) {
        int connfd = accept(listenfd, NULL, NULL);
        if (connfd == -1 && errno == EINTR && argc == 3) {
            printf("accept: EINTR; once more\n");
            continue;
        }
        if (connfd == -1)
            die("accept");
        clients++;
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0) {
            char c;
            if (recv(connfd, &c, 1, 0) == -1) /* until the client leaves */
                report("recv 1 byte");
            _exit(0);
        }
        close(connfd);
    }
    return 0;
}
