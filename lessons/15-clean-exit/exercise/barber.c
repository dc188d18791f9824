/*
 * barber.c - serve one client after another. At closing time shut the door,
 * finish the client who is there, and end.
 *
 *   build  cc -I../../../common barber.c ../../../common/error.c -o barber
 *   run    ./barber PORT
 *   check  make check-15
 *   read   sigaction(2), sigprocmask(2), ppoll(2), socket(7) on SO_REUSEADDR
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("barber PORT");
    in_port_t port = parse_port(argv[1]);

    /* ---- edit below ---------------------------------------------------- */

    /* 1. Catch SIGINT and SIGTERM, before anybody can know that we are here. */

    /* 2. A socket that listens on 127.0.0.1 and port, whoever was there a
     *    moment ago. */

    printf("open on 127.0.0.1:%u\n", port);

    /* 3. One client after another: give back what it sends, until it ends;
     *    then "client K is done". */

    /* 4. Asked to stop: shut the door at once, and say "no more clients".
     *    Finish the client who is there; asked again, hang up on it. */

    printf("stopped\n");

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
