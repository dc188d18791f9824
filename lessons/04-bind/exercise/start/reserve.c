/*
 * reserve.c - hold a port for TCP and for UDP, and tell which one it is.
 *
 *   build  cc -I../../../common reserve.c ../../../common/error.c -o reserve
 *   run    ./reserve [HOST] PORT     default every address; as ./reserve 0
 *   check  make check-04
 *   read   bind(2), getsockname(2), ip(7)
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
    if (argc != 2 && argc != 3)
        usage("reserve [HOST] PORT");
    const char *host = argc == 3 ? argv[1] : "0.0.0.0";
    in_port_t port = parse_port(argv[argc - 1]);

    /* ---- edit below ---------------------------------------------------- */

    /* 1. The name that we ask for. Is host an address? Else status 2. */

    /* 2. A TCP socket of that name. Which port has it got? */

    /* 3. A UDP socket of the same name, and the same port. If port was 0, and
     *    another program has this one for UDP: both again, from step 2. */

    /* 4. Tell the names that the kernel says they have. */
    printf("tcp %s:%u is not held\n", host, port);
    printf("udp %s:%u is not held\n", host, port);

    /* 5. Hold them until the input ends; tell them again at each line. Close
     *    them. */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
