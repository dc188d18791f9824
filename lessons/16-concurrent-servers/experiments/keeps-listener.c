/*
 * keeps-listener.c - a forking server whose child does not close the listening
 * socket.
 *
 *   build  cc -I../../../common keeps-listener.c ../../../common/error.c \
 *             ../../../common/net.c -o keeps-listener
 *   run    ./keeps-listener [PORT]       default 5000; it ends with its first
 *                                        client, and its child does not
 *   read   fork(2) on descriptors, listen(2) on EADDRINUSE
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("keeps-listener [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    int connfd;
    while ((connfd = accept_client(listenfd, NULL)) == -1)
        continue;
    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid > 0) {
        printf("the parent ends\n");
        return 0;
    }

    /* close(listenfd) is what is missing. */
    if (send(connfd, "welcome\n", 8, MSG_NOSIGNAL) == -1)
        report("send 8 bytes");
    char c;
    while (recv(connfd, &c, 1, 0) == -1 && errno == EINTR)
        continue;
    _exit(0);
}
