/*
 * urgent.c - "out of band": one byte that may overtake the others.
 *
 *   build  cc -I../../../common urgent.c ../../../common/error.c \
 *             ../../../common/net.c -o urgent
 *   run    ./urgent
 *   read   send(2) MSG_OOB, recv(2) MSG_OOB, tcp(7), sockatmark(3), RFC 6093
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static void receive(int sockfd, int flags, const char *what)
{
    char buffer[100];
    ssize_t n = recv(sockfd, buffer, sizeof buffer, flags);
    if (n == -1)
        report("recv with %s", what);
    else
        printf("recv with %s: %zd, \"%.*s\"\n", what, n, (int)n, buffer);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("urgent");

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    receive(theirs, MSG_OOB, "MSG_OOB");
    if (send(ours, "abc", 3, MSG_OOB | MSG_NOSIGNAL) != 3)
        die("send with MSG_OOB");
    printf("sent \"abc\" with MSG_OOB\n");
    receive(theirs, 0, "0");
    receive(theirs, MSG_OOB, "MSG_OOB");

    if (send(ours, "de", 2, MSG_NOSIGNAL) != 2)
        die("send");
    printf("sent \"de\"\n");
    receive(theirs, 0, "0");

    /* With SO_OOBINLINE the urgent byte stays in its place in the stream, and
     * sockatmark says when it comes next. */
    int on = 1;
    if (setsockopt(theirs, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on) == -1)
        die("setsockopt SO_OOBINLINE");
    if (send(ours, "xyz", 3, MSG_OOB | MSG_NOSIGNAL) != 3)
        die("send with MSG_OOB");
    printf("set SO_OOBINLINE, sent \"xyz\" with MSG_OOB\n");
    receive(theirs, 0, "0");
    printf("sockatmark: %d\n", sockatmark(theirs));
    receive(theirs, 0, "0");

    /* A datagram has no urgent byte. */
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (udp == -1)
        die("socket AF_INET SOCK_DGRAM");
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(local_port(listenfd)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (sendto(udp, "abc", 3, MSG_OOB, (struct sockaddr *)&to, sizeof to) == -1)
        report("sendto with MSG_OOB, UDP");

    close(udp);
    close(theirs);
    close(ours);
    close(listenfd);
    return 0;
}
