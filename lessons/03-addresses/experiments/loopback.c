/*
 * loopback.c - INADDR_LOOPBACK in a sockaddr_in, with htonl and without.
 *
 *   build  cc -I../../../common loopback.c ../../../common/error.c -o loopback
 *   run    ./loopback
 *   read   ip(7), bind(2)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* Give a new socket this address, which is or is not in network order. */
static void try_bind(const char *label, in_addr_t s_addr)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_addr.s_addr = s_addr};
    char text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &name.sin_addr, text, sizeof text) == NULL)
        die("inet_ntop AF_INET");

    if (bind(sockfd, (struct sockaddr *)&name, sizeof name) == -1)
        printf("%s bind %s: %s\n", label, text, error_symbol(errno));
    else
        printf("%s bind %s: success\n", label, text);
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("loopback");

    printf("INADDR_LOOPBACK = 0x%08x\n", INADDR_LOOPBACK);
    try_bind("without htonl:", INADDR_LOOPBACK);
    try_bind("with htonl:   ", htonl(INADDR_LOOPBACK));
    return 0;
}
