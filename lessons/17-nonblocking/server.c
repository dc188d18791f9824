/*
 * server.c - wait for one client without sleeping in accept, and send it what
 * the user types.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o server
 *   run    ./server [PORT]               default 5000; it serves one client, to
 *                                        the end of its input
 *   read   fcntl(2), accept(2) on EAGAIN, poll(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("server [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    int flags = fcntl(listenfd, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    if (fcntl(listenfd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl F_SETFL");
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    int connfd;
    while ((connfd = accept(listenfd, NULL, NULL)) == -1) {
        if (errno == EINTR || concerns_one_client(errno))
            continue;
        if (errno != EAGAIN)
            die("accept");
        printf("accept: EAGAIN, nobody there yet\n");
        struct pollfd door = {.fd = listenfd, .events = POLLIN};
        if (poll(&door, 1, -1) == -1 && errno != EINTR)
            die("poll");
    }
    /* The new socket has not inherited the flag: on Linux. */
    printf("accepted\n");

    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) != -1)
        if (send_all(connfd, line, (size_t)length) == -1)
            die("send to the client");
    if (ferror(stdin))
        die("read standard input");
    free(line);
    close(connfd);
    close(listenfd);
    return 0;
}
