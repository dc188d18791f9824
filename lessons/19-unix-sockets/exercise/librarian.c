/*
 * librarian.c - lend a file to whoever comes: each gets a descriptor of it.
 *
 *   build  cc -I../../../common -I.. librarian.c ../../../common/error.c \
 *             ../../../common/net.c ../../../common/stop.c -o librarian
 *   run    ./librarian PATH FILE
 *   check  make check-19
 *   read   unix(7), bind(2), sendmsg(2), cmsg(3)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _GNU_SOURCE /* struct ucred, SO_PEERCRED: Linux's; ppoll */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "stop.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("librarian PATH FILE");
    const char *path = argv[1], *name = argv[2];

    /* ---- edit below ---------------------------------------------------- */

    /* 1. PATH as an address. One that is too long is refused: status 2. */

    /* 2. A stream socket, bound to it. Is there a file of this name already?
     *    Remove it if a librarian has left it, and only then. */

    /* 3. It listens. */
    printf("lending %s at %s\n", name, path);

    /* 4. Until a signal asks to stop: take the next client, say whose it is,
     *    open FILE for it, send it the descriptor, close what is not needed
     *    any more. */

    /* 5. At the end: remove PATH, if it is still our own. */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
