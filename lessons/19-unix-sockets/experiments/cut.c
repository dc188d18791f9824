/*
 * cut.c - put a path into a struct sockaddr, which has room for 14 bytes.
 *
 *   build  cc -I../../../common cut.c ../../../common/error.c -o cut
 *   run    ./cut
 *   read   unix(7), sockaddr(3type), getsockname(2)
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../path.h"
#include "error.h"

static const char path[] = "a-long-name.socket";

static int bound_socket(const void *address, socklen_t len)
{
    int sockfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (bind(sockfd, address, len) == -1)
        die("bind %s", path);
    return sockfd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("cut");
    printf("the path is %s\n", path);

    /* "A sockaddr holds any address." It holds its first 14 bytes. */
    struct sockaddr cut = {.sa_family = AF_UNIX};
    memcpy(cut.sa_data, path, sizeof cut.sa_data);
    int sockfd = bound_socket(&cut, sizeof cut);
    struct sockaddr_un self;
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    printf("bound by a sockaddr to %s\n", self.sun_path);

    /* Whoever looks for the server at its path does not find it. */
    struct sockaddr_un address = address_of(path);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    if (client == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (connect(client, (struct sockaddr *)&address, sizeof address) == -1)
        report("connect %s", path);
    unlink(self.sun_path);

    /* A sockaddr_un holds all of it. And who asks with a sockaddr? The kernel
     * fills what there is, and says how much there would have been. */
    sockfd = bound_socket(&address, sizeof address);
    len = sizeof cut;
    if (getsockname(sockfd, &cut, &len) == -1)
        die("getsockname");
    printf("bound by a sockaddr_un to %s\n", path);
    printf("asked with a sockaddr it is %.14s: %u bytes, room for %zu\n",
           cut.sa_data, len, sizeof cut);
    unlink(path);
    return 0;
}
