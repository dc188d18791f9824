/*
 * desks.c - an echo server with N desks: a process for each client, and never
 * more than N.
 *
 *   build  cc -I../../../common desks.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c \
 *             ../../../common/stop.c -o desks
 *   run    ./desks PORT N
 *   check  make check-16
 *   read   fork(2), waitpid(2), signal(7) on SIGCHLD; ../fork-server.c
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"
#include "stop.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("desks PORT N");
    in_port_t port = parse_port(argv[1]);
    long desks = parse_number(argv[2], 1, 100, "N");
    catch_stop();
    int listenfd = listen_on(port);
    printf("%ld desks on 127.0.0.1:%u\n", desks, port);

    /* ---- edit below; functions of your own can stand above main ------- */

    /* 1. Until somebody asks us to stop: wait for a client, as long as there
     *    is a free desk, and for the end of a child. */

    /* 2. A client: a child of its own gives back what it sends, until it ends.
     *    "client K is served". Each process closes what is the other's. */

    /* 3. Children have ended, one or several: "client K has left" for each. */

    /* 4. Asked to stop: end the children, and wait for them. */

    /* ---- edit above ---------------------------------------------------- */
    close(listenfd);
    printf("closed\n");
    return 0;
}
