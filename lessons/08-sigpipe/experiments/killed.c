/*
 * killed.c - how soon do we know that the peer was killed?
 *
 *   build  cc -I../../../common killed.c ../../../common/error.c \
 *             ../../../common/net.c -o killed
 *   run    ./killed
 *   read   kill(2), _exit(2), recv(2)
 */
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("killed");
    int listenfd = listen_on(0);

    /* The peer: it connects, says one byte and sleeps until it is killed. */
    pid_t peer = fork();
    if (peer == -1)
        die("fork");
    if (peer == 0) {
        int connected = connect_to("127.0.0.1", local_port(listenfd));
        close(listenfd);
        if (send(connected, "!", 1, MSG_NOSIGNAL) == -1)
            _exit(1);
        for (;;)
            pause();
    }
    int sockfd = accept_client(listenfd, NULL);
    if (sockfd == -1)
        die("accept");
    char byte;
    if (recv(sockfd, &byte, 1, 0) == -1)
        die("recv 1 byte");
    printf("the peer is connected\n");

    /* It has no chance to clean up. But its kernel closes what it had open,
     * and that sends the FIN. */
    double start = milliseconds();
    if (kill(peer, SIGKILL) == -1)
        die("kill -9 of the peer");
    ssize_t n = recv(sockfd, &byte, 1, 0);
    double ms = milliseconds() - start;
    if (n == -1)
        die("recv 1 byte");
    printf("kill -9, and recv returned %zd after %.2f ms\n", n, ms);

    waitpid(peer, NULL, 0);
    close(sockfd);
    return 0;
}
