/*
 * hail.c - call a server, and give up when it has not answered in time.
 *
 *   build  cc -I../../../common hail.c ../../../common/error.c -o hail
 *   run    ./hail MS HOST PORT
 *   check  make check-17
 *   read   fcntl(2), connect(2) on EINPROGRESS, poll(2), socket(7) on SO_ERROR
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("hail MS HOST PORT");
    long ms = parse_number(argv[1], 1, 60000, "MS");
    const char *host = argv[2];
    in_port_t port = parse_port(argv[3]);
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    /* ---- edit below ---------------------------------------------------- */

    /* 1. A socket that does not block. */

    /* 2. Call the server. Has it answered within ms milliseconds, and what?
     *    "connected", "refused" or "no answer". */
    printf("%s, port %u: called by nobody for %ld ms\n", host, port, ms);

    /* 3. Print what it says, as it comes, until it has ended: however long
     *    it thinks. */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
