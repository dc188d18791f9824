/*
 * exiting.c - a server whose SIGPIPE handler prints, closes and exits.
 *
 *   build  cc -I../../../common exiting.c ../../../common/error.c \
 *             ../../../common/net.c -o exiting
 *   run    ./exiting [PORT]              default 5000
 *   read   sigaction(2), signal-safety(7)
 *
 * It is wrong on purpose: many a textbook has this handler. See server.c for
 * the right way.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static int listenfd;

/* The thought behind it: "the connection is broken, so clean up and leave".
 * But it was one client's connection, and this is everybody's server. */
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
        usage("exiting [PORT]");
    listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    struct sigaction action = {.sa_handler = on_sigpipe};
    if (sigaction(SIGPIPE, &action, NULL) == -1)
        die("sigaction SIGPIPE");

    while (!ferror(stdout)) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("accepted\n");
        for (;;) { /* until the handler comes */
            (void)send(connfd, "hello\n", 6, 0);
            poll(NULL, 0, 20);
        }
    }
    return 1;
}
