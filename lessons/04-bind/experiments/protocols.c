/*
 * protocols.c - one port number for TCP and for UDP.
 *
 *   build  cc -I../../../common protocols.c ../../../common/error.c \
 *              -o protocols
 *   run    ./protocols [PORT]        default 5000
 *   read   bind(2), tcp(7), udp(7)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("protocols [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    struct sockaddr_in name = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const struct {
        const char *protocol;
        int type;
    } tries[] = {
        {"TCP", SOCK_STREAM},
        {"UDP", SOCK_DGRAM},
        {"TCP", SOCK_STREAM},
        {"UDP", SOCK_DGRAM},
    };

    /* All four stay open until the program ends. */
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        int sockfd = socket(AF_INET, tries[i].type, 0);
        if (sockfd == -1)
            die("socket AF_INET %s", tries[i].protocol);
        if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == 0)
            printf("%s port %u: bound\n", tries[i].protocol, port);
        else
            printf("%s port %u: %s\n", tries[i].protocol, port,
                   error_symbol(errno));
    }
    return 0;
}
