/*
 * long.c - bind paths of 107, 108 and 109 bytes.
 *
 *   build  cc -I../../../common long.c ../../../common/error.c -o long
 *   run    ./long
 *   read   unix(7), "Pathname sockets" and BUGS
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"

enum { PATH_AT = offsetof(struct sockaddr_un, sun_path) };

/* A path of this many bytes. No 0 is counted behind it: the kernel does not
 * need one, for the length says where the path ends. */
static void bind_path_of(size_t bytes)
{
    char path[128] = "";
    memset(path, 'x', bytes);
    union {
        struct sockaddr_un address;
        char room[PATH_AT + sizeof path];
    } name = {.address.sun_family = AF_UNIX};
    memcpy(name.room + PATH_AT, path, sizeof path);

    int sockfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (bind(sockfd, (struct sockaddr *)&name, (socklen_t)(PATH_AT + bytes)) ==
        -1) {
        report("bind of %zu bytes", bytes);
    } else {
        socklen_t len = sizeof name;
        if (getsockname(sockfd, (struct sockaddr *)&name, &len) == -1)
            die("getsockname");
        printf("bind of %zu bytes: done; getsockname says a length of %u\n",
               bytes, len);
        unlink(path);
    }
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("long");
    printf("a sockaddr_un has %zu bytes, its sun_path %zu\n",
           sizeof(struct sockaddr_un),
           sizeof(((struct sockaddr_un *)NULL)->sun_path));
    for (size_t bytes = 107; bytes <= 109; bytes++)
        bind_path_of(bytes);
    return 0;
}
