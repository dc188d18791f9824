/*
 * holders.c - close a socket that somebody else holds open.
 *
 *   build  cc -I../../../common holders.c ../../../common/error.c \
 *             ../../../common/net.c -o holders
 *   run    ./holders
 *   read   close(2), dup(2), fork(2), shutdown(2)
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Has the end come? flags is MSG_DONTWAIT to look, or 0 to wait for it. */
static void look_for_end(int sockfd, int flags)
{
    char c;
    ssize_t n = recv(sockfd, &c, 1, flags);
    if (n == 0)
        printf("  theirs: recv 0, the end\n");
    else if (n == -1 && errno == EAGAIN)
        printf("  theirs: no end\n");
    else
        die("recv");
}

/* A child that has a copy of sockfd, and ends when something comes there. */
static pid_t start_child(int sockfd)
{
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        char c;
        ssize_t n = recv(sockfd, &c, 1, 0);
        printf("  the child: recv %zd\n", n);
        _exit(0);
    }
    return child;
}

static void wait_for(pid_t child)
{
    if (waitpid(child, NULL, 0) == -1)
        die("waitpid");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("holders");
    int listenfd = listen_on(0);
    in_port_t port = local_port(listenfd);

    int ours = connect_to("127.0.0.1", port);
    int theirs = accept_client(listenfd, NULL);
    int copy = dup(ours);
    if (theirs == -1 || copy == -1)
        die("accept or dup");
    close(ours);
    printf("close(), while there is a dup\n");
    look_for_end(theirs, MSG_DONTWAIT);
    close(copy);
    printf("close() of the dup\n");
    look_for_end(theirs, 0);
    close(theirs);

    ours = connect_to("127.0.0.1", port);
    theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");
    pid_t child = start_child(ours);
    close(ours);
    printf("close(), while a child has a copy\n");
    look_for_end(theirs, MSG_DONTWAIT);
    if (send(theirs, "!", 1, MSG_NOSIGNAL) == -1)
        die("send");
    wait_for(child);
    printf("the child has ended\n");
    look_for_end(theirs, 0);
    close(theirs);

    ours = connect_to("127.0.0.1", port);
    theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");
    child = start_child(ours);
    if (shutdown(ours, SHUT_RDWR) == -1)
        die("shutdown SHUT_RDWR");
    printf("shutdown(SHUT_RDWR), while a child has a copy\n");
    look_for_end(theirs, 0);
    wait_for(child);

    close(ours);
    close(theirs);
    close(listenfd);
    return 0;
}
