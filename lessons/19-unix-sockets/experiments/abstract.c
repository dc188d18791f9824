/*
 * abstract.c - a name that is in no directory. Linux only.
 *
 *   build  cc -I../../../common abstract.c ../../../common/error.c \
 *             -o abstract
 *   run    ./abstract
 *   read   unix(7), "Abstract sockets" and "Autobind feature"
 */
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"

enum { PATH_AT = offsetof(struct sockaddr_un, sun_path) };

static int new_socket(void)
{
    int sockfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    return sockfd;
}

static int listen_as(const struct sockaddr_un *name, socklen_t len)
{
    int listenfd = new_socket();
    if (bind(listenfd, (const struct sockaddr *)name, len) == -1)
        die("bind an abstract name");
    if (listen(listenfd, 2) == -1)
        die("listen");
    return listenfd;
}

static void try_connect(const struct sockaddr_un *name, socklen_t len)
{
    int sockfd = new_socket();
    if (connect(sockfd, (const struct sockaddr *)name, len) == -1)
        report("connect with a length of %u", len);
    else
        printf("connect with a length of %u: done\n", len);
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("abstract");

    /* The first byte is 0. The name is what follows, as far as the length
     * reaches; a 0 at its end would be a part of it. */
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int n = snprintf(name.sun_path + 1, sizeof name.sun_path - 1,
                     "workbook-%07d", getpid());
    socklen_t len = (socklen_t)(PATH_AT + 1 + n);
    int listenfd = listen_as(&name, len);
    printf("bound to @%s with a length of %u\n", name.sun_path + 1, len);
    if (access(name.sun_path + 1, F_OK) == -1)
        printf("there is no file of that name\n");

    try_connect(&name, len);
    try_connect(&name, sizeof name);

    /* The name goes with its socket, however that ends. */
    close(listenfd);
    listenfd = listen_as(&name, len);
    printf("closed, and bound again at once\n");
    close(listenfd);

    /* And who needs any name lets the kernel choose: five hexadecimal digits
     * after the 0. */
    len = sizeof name.sun_family;
    listenfd = listen_as(&name, len);
    len = sizeof name;
    if (getsockname(listenfd, (struct sockaddr *)&name, &len) == -1)
        die("getsockname");
    printf("chosen by the kernel: @%.*s\n", (int)(len - PATH_AT - 1),
           name.sun_path + 1);
    close(listenfd);
    return 0;
}
