/*
 * generic.c - sockaddr is the type of no family: it stands for all of them.
 *
 *   build  cc -I../../../common generic.c ../../../common/error.c -o generic
 *   run    ./generic        makes and removes the socket file ./local-service
 *   read   unix(7), ip(7), getsockname(2)
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("generic");

    int internet = socket(AF_INET, SOCK_STREAM, 0);
    int local = socket(AF_UNIX, SOCK_STREAM, 0); /* or AF_LOCAL */
    if (internet == -1 || local == -1)
        die("socket");

    /* The local address type is sockaddr_un: a family and a path. */
    struct sockaddr_un name = {.sun_family = AF_UNIX,
                               .sun_path = "./local-service"};
    if (bind(local, (struct sockaddr *)&name, sizeof name) == -1)
        die("bind %s", name.sun_path);

    /* Both are asked through the same pointer type, into memory that has
     * room for any family. The family then says which one it is. */
    const int sockets[] = {internet, local};
    for (int i = 0; i < 2; i++) {
        struct sockaddr_storage any;
        struct sockaddr *generic = (struct sockaddr *)&any;
        socklen_t len = sizeof any;
        if (getsockname(sockets[i], generic, &len) == -1)
            die("getsockname");
        if (generic->sa_family == AF_INET)
            printf("AF_INET, %u bytes\n", len);
        if (generic->sa_family == AF_UNIX)
            printf("AF_UNIX, %u bytes: %s\n", len,
                   ((struct sockaddr_un *)&any)->sun_path);
    }

    /* The kernel looks at the family as well, and not at the C type, which
     * the cast has taken away. */
    if (bind(internet, (struct sockaddr *)&name, sizeof name) == -1)
        printf("AF_UNIX address for an AF_INET socket: %s\n",
               error_symbol(errno));

    /* A path does not fit into the generic type. */
    printf("room for a path: %zu in sockaddr, %zu in sockaddr_un\n",
           sizeof((struct sockaddr *)0)->sa_data, sizeof name.sun_path);

    close(internet);
    close(local);
    if (unlink(name.sun_path) == -1)
        die("unlink %s", name.sun_path);
    return 0;
}
