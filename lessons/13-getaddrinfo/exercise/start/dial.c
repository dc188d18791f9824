/*
 * dial.c - call a service by the names of its host and of itself, and print
 * what it says.
 *
 *   build  cc -I../../../common dial.c ../../../common/error.c -o dial
 *   run    ./dial HOST SERVICE           names or numbers
 *   check  make check-13
 *   read   getaddrinfo(3), getnameinfo(3), connect(2), recv(2)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("dial HOST SERVICE");
    const char *host = argv[1], *service = argv[2];
    if (!isalpha((unsigned char)service[0]))
        parse_port(service); /* getaddrinfo is not so strict */

    /* ---- edit below ---------------------------------------------------- */

    /* 1. The list of addresses, or why there is none. */
    fprintf(stderr, "dial: who is %s?\n", host);

    /* 2. One after the other, until one answers: a socket, connect. */

    /* 3. Say who has answered, in numbers. */

    /* 4. Print what comes, as it is, up to the end. */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
