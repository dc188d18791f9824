/*
 * nagle.c - ask and answer, with a request in one send and in two.
 *
 *   build  cc -I../../../common nagle.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o nagle
 *   run    ./nagle
 *   read   tcp(7) TCP_NODELAY; RFC 896, RFC 1122 sections 4.2.3.2 and 4.2.3.4
 */
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

/* Milliseconds, by a clock that nobody sets. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* To each request of two bytes, an answer of one. */
static void serve(int sockfd)
{
    char request[2];
    while (recv_all(sockfd, request, sizeof request) == sizeof request)
        if (send_all(sockfd, "!", 1) == -1)
            die("send the answer");
}

/* Ask ten times, in one send or in two. Returns milliseconds a round. */
static double ask(int sockfd, int sends)
{
    double start = now();
    for (int round = 0; round < 10; round++) {
        if (sends == 1 && send_all(sockfd, "ab", 2) == -1)
            die("send the request");
        if (sends == 2 &&
            (send_all(sockfd, "a", 1) == -1 || send_all(sockfd, "b", 1) == -1))
            die("send the request");
        char answer;
        if (recv_all(sockfd, &answer, 1) != 1)
            die("recv the answer");
    }
    return (now() - start) / 10;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("nagle");

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");
    pid_t server = fork();
    if (server == -1)
        die("fork");
    if (server == 0) {
        close(ours);
        serve(theirs);
        _exit(0);
    }
    close(theirs);

    printf("request in two sends: %.2f ms a round\n", ask(ours, 2));
    printf("request in one send: %.2f ms a round\n", ask(ours, 1));

    /* Lesson 14 takes options up. This one says: never hold back. */
    int on = 1;
    if (setsockopt(ours, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
        die("setsockopt TCP_NODELAY");
    printf("TCP_NODELAY, two sends: %.2f ms a round\n", ask(ours, 2));

    close(ours);
    waitpid(server, NULL, 0);
    close(listenfd);
    return 0;
}
