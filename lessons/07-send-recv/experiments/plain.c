/*
 * plain.c - write and read on a socket; send and recv on something else.
 *
 *   build  cc -I../../../common plain.c ../../../common/error.c \
 *             ../../../common/net.c -o plain
 *   run    ./plain
 *   read   send(2), recv(2), read(2), write(2)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("plain");

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    char buffer[100];
    ssize_t n = write(ours, "hello", 5);
    if (n == -1)
        die("write to a socket");
    printf("write 5 to a socket: %zd\n", n);
    n = recv(theirs, buffer, sizeof buffer, 0);
    if (n == -1)
        die("recv from a socket");
    printf("recv from a socket with 0: %zd, \"%.*s\"\n", n, (int)n, buffer);

    n = send(ours, "world!", 6, 0);
    if (n == -1)
        die("send to a socket");
    printf("send 6 to a socket with 0: %zd\n", n);
    n = read(theirs, buffer, sizeof buffer);
    if (n == -1)
        die("read from a socket");
    printf("read from a socket: %zd, \"%.*s\"\n", n, (int)n, buffer);

    /* The other way round it does not work. */
    int ends[2];
    if (pipe(ends) == -1)
        die("pipe");
    if (send(ends[1], "hello", 5, MSG_NOSIGNAL) == -1)
        report("send to a pipe");
    if (recv(ends[0], buffer, sizeof buffer, 0) == -1)
        report("recv from a pipe");

    close(ends[0]);
    close(ends[1]);
    close(theirs);
    close(ours);
    close(listenfd);
    return 0;
}
