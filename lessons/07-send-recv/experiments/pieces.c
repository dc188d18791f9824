/*
 * pieces.c - send 300,000 bytes at once. How many recvs does it take?
 *
 *   build  cc -I../../../common pieces.c ../../../common/error.c \
 *             ../../../common/net.c -o pieces
 *   run    ./pieces
 *   read   send(2), recv(2)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { SIZE = 300000 };
static char bytes[SIZE];

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("pieces");

    int listenfd = listen_on(0);
    in_port_t port = local_port(listenfd);

    pid_t sender = fork();
    if (sender == -1)
        die("fork");
    if (sender == 0) {
        int sockfd = connect_to("127.0.0.1", port);
        ssize_t n = send(sockfd, bytes, SIZE, MSG_NOSIGNAL);
        if (n == -1)
            die("send %d bytes", SIZE);
        printf("send %d: the kernel took %zd\n", SIZE, n);
        _exit(0);
    }

    int connfd = accept_client(listenfd, NULL);
    if (connfd == -1)
        die("accept");
    size_t total = 0, first = 0;
    int calls = 0;
    for (;;) {
        ssize_t n = recv(connfd, bytes, SIZE, 0);
        if (n == -1)
            die("recv");
        if (n == 0)
            break;
        if (calls++ == 0)
            first = (size_t)n;
        total += (size_t)n;
    }
    if (waitpid(sender, NULL, 0) == -1)
        die("waitpid");
    printf("the first recv at most %d: %zu\n", SIZE, first);
    printf("all %zu bytes: %d recvs\n", total, calls);

    close(connfd);
    close(listenfd);
    return 0;
}
