/*
 * question.c - ask once and wait for ever, over a socket that is connected or
 * not.
 *
 *   build  cc -I../../../common question.c ../../../common/error.c \
 *             ../../../common/net.c -o question
 *   run    ./question unconnected|connected PORT [OWN-PORT]
 *          OWN-PORT: what others may send to; by default the kernel chooses
 *   read   connect(2), udp(7) "Error handling"
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    bool connected = argc > 1 && strcmp(argv[1], "connected") == 0;
    if (argc < 3 || argc > 4 ||
        (!connected && strcmp(argv[1], "unconnected") != 0))
        usage("question unconnected|connected PORT [OWN-PORT]");
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(parse_port(argv[2])),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in self = to, from;
    self.sin_port = htons(argc > 3 ? parse_port(argv[3]) : 0);
    char name[ENDPOINT_SIZE];
    endpoint(&to, name);

    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", ntohs(self.sin_port));

    /* For datagrams, connect sends nothing. It notes in our own kernel who
     * the peer is: for send, for what may come in, and for errors. */
    if (connected) {
        if (connect(sockfd, (struct sockaddr *)&to, sizeof to) == -1)
            die("connect %s", name);
        printf("connect() = 0\n");
        if (send(sockfd, "who?", 4, 0) == -1)
            die("send %s", name);
    } else if (sendto(sockfd, "who?", 4, 0, (struct sockaddr *)&to,
                      sizeof to) == -1)
        die("sendto %s", name);
    printf("asked %s\n", name);

    char data[100];
    socklen_t fromlen = sizeof from;
    ssize_t n;
    do
        n = recvfrom(sockfd, data, sizeof data, 0, (struct sockaddr *)&from,
                     &fromlen);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("recvfrom %s", name);
    bool same = from.sin_port == to.sin_port;
    printf("received %zd bytes, \"%.*s\", from %s\n", n, (int)n, data,
           same ? "the one we asked" : "somebody else");
    close(sockfd);
    return 0;
}
