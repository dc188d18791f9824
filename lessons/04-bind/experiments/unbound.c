/*
 * unbound.c - listen on a socket that nobody has bound.
 *
 *   build  cc -I../../../common unbound.c ../../../common/error.c -o unbound
 *   run    ./unbound
 *   read   listen(2), getsockname(2), ip(7)
 *
 * Linux's answer. POSIX lets listen refuse with EDESTADDRREQ instead.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static void show_name(const char *when, int sockfd)
{
    struct sockaddr_in name;
    socklen_t len = sizeof name;
    if (getsockname(sockfd, (struct sockaddr *)&name, &len) == -1)
        die("getsockname");

    char host[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &name.sin_addr, host, sizeof host) == NULL)
        die("inet_ntop AF_INET");
    printf("%s %s:%u\n", when, host, ntohs(name.sin_port));
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("unbound");

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    show_name("before listen:", sockfd);

    /* No bind. A port is needed now, so the kernel binds one itself. */
    if (listen(sockfd, 5) == -1)
        die("listen");
    show_name("after listen: ", sockfd);

    close(sockfd);
    return 0;
}
