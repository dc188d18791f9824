/*
 * short-buffer.c - receive a datagram into less room than it needs.
 *
 *   build  cc -I../../../common short-buffer.c ../../../common/error.c \
 *             -o short-buffer
 *   run    ./short-buffer
 *   read   recv(2) MSG_TRUNC, recvmsg(2) msg_flags
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("short-buffer");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof self;
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1 ||
        getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("bind 127.0.0.1:0");

    /* To ourselves: the address that we have is as good as any other. */
    static const char *const texts[] = {"0123456789", "abcdefghij",
                                        "ABCDEFGHIJ"};
    for (int i = 0; i < 3; i++)
        if (sendto(sockfd, texts[i], 10, 0, (struct sockaddr *)&self, len) ==
            -1)
            die("sendto ourselves");
    printf("sent three datagrams of 10 bytes\n");

    char part[4];
    ssize_t n = recv(sockfd, part, sizeof part, 0);
    if (n == -1)
        die("recv");
    printf("recv of 4, flags 0: %zd, \"%.4s\"\n", n, part);

    /* Linux: the length that it had, not the length that we got. */
    n = recv(sockfd, part, sizeof part, MSG_TRUNC);
    if (n == -1)
        die("recv MSG_TRUNC");
    printf("recv of 4, MSG_TRUNC: %zd, \"%.4s\"\n", n, part);

    /* POSIX: recvmsg sets a flag in what it returns. */
    struct iovec room = {.iov_base = part, .iov_len = sizeof part};
    struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1};
    n = recvmsg(sockfd, &message, 0);
    if (n == -1)
        die("recvmsg");
    printf("recvmsg of 4: %zd, \"%.4s\", MSG_TRUNC in msg_flags: %s\n", n, part,
           message.msg_flags & MSG_TRUNC ? "yes" : "no");

    n = recv(sockfd, part, sizeof part, MSG_DONTWAIT);
    if (n == -1)
        die("recv what was left over");
    close(sockfd);
    return 0;
}
