/*
 * nameless.c - a datagram from a socket without a name cannot be answered.
 *
 *   build  cc -I../../../common nameless.c ../../../common/error.c \
 *             -o nameless
 *   run    ./nameless
 *   read   unix(7), recvfrom(2)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../path.h"
#include "error.h"

static int new_socket(void)
{
    int sockfd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_UNIX SOCK_DGRAM");
    return sockfd;
}

/* The client asks, the server answers whoever it was. */
static void ask(int client, int server, const struct sockaddr_un *address)
{
    if (sendto(client, "?", 1, 0, (const struct sockaddr *)address,
               sizeof *address) == -1)
        die("sendto %s", address->sun_path);

    char byte;
    struct sockaddr_un peer = {.sun_family = AF_UNSPEC};
    socklen_t len = sizeof peer;
    if (recvfrom(server, &byte, 1, 0, (struct sockaddr *)&peer, &len) == -1)
        die("recvfrom");
    printf("asked by an address of %u bytes: \"%s\"\n", len, peer.sun_path);
    if (sendto(server, "!", 1, 0, (struct sockaddr *)&peer, len) == -1) {
        report("sendto the client");
        return;
    }
    if (recv(client, &byte, 1, 0) == 1)
        printf("the client has its answer\n");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("nameless");
    struct sockaddr_un here = address_of("nameless.server"),
                       there = address_of("nameless.client");
    int server = new_socket(), client = new_socket();
    if (bind(server, (struct sockaddr *)&here, sizeof here) == -1)
        die("bind %s", here.sun_path);
    ask(client, server, &here);

    /* A client that wants an answer binds, too. */
    if (bind(client, (struct sockaddr *)&there, sizeof there) == -1) {
        report("bind %s", there.sun_path);
    } else {
        ask(client, server, &here);
        unlink(there.sun_path);
    }
    unlink(here.sun_path);
    return 0;
}
