/*
 * doorman.c - greet N clients, each with its number and its own address.
 *
 *   build  cc -I../../../common doorman.c ../../../common/error.c -o doorman
 *   run    ./doorman PORT N
 *   check  make check-05
 *   read   listen(2), accept(2), inet_ntop(3)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("doorman PORT N");
    in_port_t port = parse_port(argv[1]);
    long clients = parse_number(argv[2], 1, 1000000, "N");

    /* ---- edit below ---------------------------------------------------- */

    /* 1. A socket, bound to 127.0.0.1 and port, that listens. */

    printf("waiting for %ld clients on 127.0.0.1:%u\n", clients, port);

    /* 2. N times: take the next client, tell it its number and its address,
     *    close its descriptor. */

    /* 3. Say "all greeted". */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
