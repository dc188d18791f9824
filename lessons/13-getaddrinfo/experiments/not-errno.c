/*
 * not-errno.c - getaddrinfo's error, told in the wrong way and the right one.
 *
 *   build  cc -I../../../common not-errno.c ../../../common/error.c \
 *             -o not-errno
 *   run    ./not-errno
 *   read   gai_strerror(3), getaddrinfo(3)
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("not-errno");

    /* AI_NUMERICHOST: take an address only, and ask nobody for a name. */
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST};
    struct addrinfo *list;
    errno = 0;
    int error = getaddrinfo("localhost", "5000", &hints, &list);
    if (error == 0) {
        printf("localhost is a number here\n");
        freeaddrinfo(list);
        return 1;
    }

    /* The reason is in what the call returned, not in errno. */
    perror("perror says");
    fprintf(stderr, "gai_strerror says: %s\n", gai_strerror(error));
    die_gai(error, "getaddrinfo localhost 5000, AI_NUMERICHOST");
}
