/*
 * ifs.c - one line for each interface, with all its addresses.
 *
 *   build  cc -I../../../common ifs.c ../../../common/error.c -o ifs
 *   run    ./ifs [NAME]                  all, or the one of that name
 *   check  make check-12
 *   read   getifaddrs(3), netdevice(7), inet_ntop(3)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _DEFAULT_SOURCE /* IFF_UP, which POSIX lacks */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("ifs [NAME]");
    const char *only = argc > 1 ? argv[1] : NULL;

    /* ---- edit below ---------------------------------------------------- */

    /* 1. The list. */

    /* 2. For each interface, once: its name, up or down, and all of its
     *    addresses, wherever in the list they are. */
    if (only != NULL)
        printf("%s\n", only);

    /* 3. Give the list back. */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
