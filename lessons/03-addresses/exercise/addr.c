/*
 * addr.c - an address and a port: their bytes on the wire, and the text back.
 *
 *   build  cc -I../../../common addr.c ../../../common/error.c -o addr
 *   run    ./addr TEXT PORT          as ./addr 127.0.0.1 5000
 *   check  make check-03
 *   read   inet_pton(3), inet_ntop(3), byteorder(3)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("addr TEXT PORT");
    const char *text = argv[1], *port = argv[2];

    /* ---- edit below ---------------------------------------------------- */

    /* 1. Is port a port, and text an address, IPv4 or IPv6? Else status 2. */

    /* 2. The bytes of the port, in the order of the wire. */
    printf("port ? ?\n");

    /* 3. The bytes of the address. */
    printf("address ?\n");

    /* 4. Both as text again, and how they read from the other end. */
    printf("text %s %s, backwards ? ?\n", text, port);

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
