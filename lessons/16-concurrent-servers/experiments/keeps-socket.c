/*
 * keeps-socket.c - a forking server whose parent does not close the client's
 * socket.
 *
 *   build  cc -I../../../common keeps-socket.c ../../../common/error.c \
 *             ../../../common/net.c -o keeps-socket
 *   run    ./keeps-socket [PORT]         default 5000; it serves three clients,
 *                                        and ends when you press Enter
 *   read   fork(2) on descriptors, close(2)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("keeps-socket [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    for (int clients = 0; clients < 3;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("accepted as descriptor %d\n", connfd);
        clients++;
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0) {
            if (send(connfd, "welcome\n", 8, MSG_NOSIGNAL) == -1)
                report("send 8 bytes");
            close(connfd);
            _exit(0);
        }
        if (waitpid(pid, NULL, 0) == -1)
            die("waitpid");
        printf("the child has closed %d and ended\n", connfd);
        /* close(connfd) is what is missing. */
    }
    getchar();
    return 0;
}
