/*
 * big-port.c - what getaddrinfo makes of texts that are no port.
 *
 *   build  cc -I../../../common big-port.c ../../../common/error.c -o big-port
 *   run    ./big-port TEXT...
 *   read   getaddrinfo(3) on service
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("big-port TEXT...");
    struct addrinfo hints = {.ai_family = AF_INET,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    for (int i = 1; i < argc; i++) {
        struct addrinfo *list;
        int error = getaddrinfo("127.0.0.1", argv[i], &hints, &list);
        if (error != 0) {
            printf("\"%s\" is refused: %s\n", argv[i], gai_strerror(error));
            continue;
        }
        const struct sockaddr_in *address = (const void *)list->ai_addr;
        printf("\"%s\" is port %u\n", argv[i], ntohs(address->sin_port));
        freeaddrinfo(list);
    }
    return 0;
}
