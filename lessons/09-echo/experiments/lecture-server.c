/*
 * lecture-server.c - the echo server as many a lecture has it.
 *
 *   build  cc -I../../../common lecture-server.c ../../../common/error.c \
 *             ../../../common/net.c -o lecture-server
 *   run    ./lecture-server [PORT]       default 5000
 *   read   read(2), write(2), signal-safety(7)
 *
 * It is wrong on purpose, in three ways: a handler that prints, closes and
 * exits; one byte at a time; a write that nobody checks. See server.c.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static int listenfd;

static void on_sigpipe(int number)
{
    (void)number;
    printf("SIGPIPE is received\n"); // NOLINT(bugprone-signal-handler)
    close(listenfd);
    exit(0); // NOLINT(bugprone-signal-handler)
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("lecture-server [PORT]");
    listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    struct sigaction action = {.sa_handler = on_sigpipe};
    if (sigaction(SIGPIPE, &action, NULL) == -1)
        die("sigaction SIGPIPE");
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (!ferror(stdout)) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("accepted\n");

        char c;
        while (read(connfd, &c, 1) > 0)
            (void)!write(connfd, &c, 1);

        close(connfd);
        printf("close\n");
    }
    return 1;
}
