/*
 * handlers.c - one handler, installed in three ways; then wait in accept.
 *
 *   build  cc -I../../../common handlers.c ../../../common/error.c \
 *             ../../../common/net.c -o handlers
 *   run    ./handlers PORT signal|reset|sigaction
 *   read   signal(2), section Portability; sigaction(2): SA_RESTART,
 *          SA_RESETHAND
 */
#define _DEFAULT_SOURCE /* SA_RESETHAND; and signal() as BSD has it */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static volatile sig_atomic_t asked;

/* write, unlike printf, may be called in a handler: signal-safety(7). */
static void on_signal(int number)
{
    (void)number;
    asked = 1;
    ssize_t n = write(STDOUT_FILENO, "handler\n", 8);
    (void)n;
}

static void install(const char *way)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigfillset(&action.sa_mask);
    if (strcmp(way, "signal") == 0) {
        if (signal(SIGINT, on_signal) == SIG_ERR)
            die("signal");
        return;
    }
    /* What signal did in System V, and does in glibc if a program is compiled
     * strictly by POSIX, as with cc -std=c11 -D_POSIX_C_SOURCE=200809L. */
    if (strcmp(way, "reset") == 0) {
        sigemptyset(&action.sa_mask);
        action.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
    } else if (strcmp(way, "sigaction") != 0) {
        refuse("way \"%s\": signal, reset or sigaction", way);
    }
    if (sigaction(SIGINT, &action, NULL) == -1)
        die("sigaction");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("handlers PORT signal|reset|sigaction");
    in_port_t port = parse_port(argv[1]);
    install(argv[2]);
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    int connfd = accept(listenfd, NULL, NULL);
    printf("accept: %s\n", connfd == -1 ? error_symbol(errno) : "a client");
    if (connfd != -1)
        close(connfd);

    /* A little work that must be done before the end. */
    printf("tidying up\n");
    while (getchar() != EOF)
        ;
    printf("stopped\n");
    return 0;
}
