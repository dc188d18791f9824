/*
 * truncate.c - ask for fewer bytes than there are: a datagram, a stream, and
 * what MSG_TRUNC makes of either.
 *
 *   build  cc -I../../../common truncate.c ../../../common/error.c \
 *             ../../../common/net.c -o truncate
 *   run    ./truncate
 *   read   recv(2) MSG_TRUNC, tcp(7)
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Receive at most 4 bytes, and show what is in the buffer then. */
static void receive(int sockfd, const char *kind, int flags)
{
    char buffer[4] = "----";
    ssize_t n = recv(sockfd, buffer, sizeof buffer, flags);
    if (n == -1)
        die("recv at most 4 bytes from a %s", kind);
    printf("%s: recv at most 4%s: %zd, the buffer holds \"%.4s\"\n", kind,
           flags ? " with MSG_TRUNC" : "", n, buffer);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("truncate");

    /* One UDP socket that is connected to itself: it receives what it
     * sends. Lesson 11 takes UDP up. */
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (udp == -1)
        die("socket AF_INET SOCK_DGRAM");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(udp, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:0");
    self.sin_port = htons(local_port(udp));
    if (connect(udp, (struct sockaddr *)&self, sizeof self) == -1)
        die("connect 127.0.0.1:%u", local_port(udp));

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    if (send(udp, "0123456789", 10, 0) == -1 ||
        send(udp, "abcdefghij", 10, 0) == -1)
        die("send a datagram of 10 bytes");
    receive(udp, "datagram", 0);
    receive(udp, "datagram", MSG_TRUNC);

    if (send(ours, "0123456789", 10, MSG_NOSIGNAL) != 10)
        die("send 10 bytes");
    receive(theirs, "stream", 0);
    receive(theirs, "stream", MSG_TRUNC);
    receive(theirs, "stream", 0);

    close(theirs);
    close(ours);
    close(listenfd);
    close(udp);
    return 0;
}
