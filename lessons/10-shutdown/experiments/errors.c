/*
 * errors.c - what shutdown takes from a socket, what it leaves, and what it
 * refuses.
 *
 *   build  cc -I../../../common errors.c ../../../common/error.c \
 *             ../../../common/net.c -o errors
 *   run    ./errors
 *   read   shutdown(2), send(2)
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
        usage("errors");

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (shutdown(sockfd, SHUT_WR) == -1)
        report("shutdown of a socket that is not connected");
    close(sockfd);

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");
    if (shutdown(ours, 3) == -1)
        report("shutdown with 3");

    if (shutdown(ours, SHUT_WR) == -1)
        die("shutdown SHUT_WR");
    printf("shutdown(SHUT_WR)\n");
    if (send(ours, "more", 4, MSG_NOSIGNAL) == -1)
        report("send after SHUT_WR");
    printf("shutdown(SHUT_WR) again: %d\n", shutdown(ours, SHUT_WR));
    printf("shutdown(SHUT_RDWR): %d\n", shutdown(ours, SHUT_RDWR));

    /* The smallest free number: if ours were free, dup would return it. */
    int copy = dup(listenfd);
    printf("the descriptor is %s\n", copy == ours ? "free" : "still taken");
    close(copy);
    printf("close(): %d\n", close(ours));
    copy = dup(listenfd);
    printf("the descriptor is %s\n", copy == ours ? "free" : "still taken");

    close(copy);
    close(theirs);
    close(listenfd);
    return 0;
}
