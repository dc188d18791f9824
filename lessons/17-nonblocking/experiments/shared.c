/*
 * shared.c - whose flag is O_NONBLOCK? Look at a dup, at a second socket from
 * accept, and leave standard input non-blocking for the next program.
 *
 *   build  cc -I../../../common shared.c ../../../common/error.c \
 *             ../../../common/net.c -o shared
 *   run    ./shared look|leave|read
 *   read   fcntl(2) on file status flags, accept(2) on inherited flags
 */
#define _GNU_SOURCE /* accept4: Linux and the BSDs; in POSIX since 2024 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static void add_nonblock(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl descriptor %d", fd);
}

static void look(const char *what, int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags == -1)
        die("fcntl descriptor %d", fd);
    printf("%-26s O_NONBLOCK %s\n", what, flags & O_NONBLOCK ? "on" : "off");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "leave") == 0) {
        add_nonblock(STDIN_FILENO);
        printf("standard input is non-blocking now\n");
    } else if (strcmp(what, "read") == 0) {
        char buffer[16];
        ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
        if (n == -1)
            die("read standard input");
        printf("read: %zd bytes\n", n);
    } else if (strcmp(what, "look") == 0) {
        int listenfd = listen_on(0);
        int copy = dup(listenfd);
        if (copy == -1)
            die("dup");
        add_nonblock(listenfd);
        look("the listening socket:", listenfd);
        look("its dup, never touched:", copy);

        int first = connect_to("127.0.0.1", local_port(listenfd));
        int second = connect_to("127.0.0.1", local_port(listenfd));
        int plain = accept(listenfd, NULL, NULL);
        int flagged = accept4(listenfd, NULL, NULL, SOCK_NONBLOCK);
        if (plain == -1 || flagged == -1)
            die("accept");
        look("accept:", plain);
        look("accept4, SOCK_NONBLOCK:", flagged);
        close(first);
        close(second);
    } else {
        usage("shared look|leave|read");
    }
    return 0;
}
