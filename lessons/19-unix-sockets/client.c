/*
 * client.c - ask a server on this machine who we are.
 *
 *   build  cc -I../../common client.c ../../common/error.c -o client
 *   run    ./client [PATH]               default socket
 *   read   unix(7), connect(2), getsockopt(2); path.h
 */
#define _GNU_SOURCE /* struct ucred, SO_PEERCRED: Linux's own */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "path.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("client [PATH]");
    struct sockaddr_un server = address_of(argc > 1 ? argv[1] : "socket");

    int sockfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect %s", server.sun_path);
    printf("process %d is connected to %s\n", getpid(), server.sun_path);

    /* Both ends may ask. For us it is whoever called listen. */
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(sockfd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        die("getsockopt SO_PEERCRED");
    printf("the server is process %d of user %u\n", peer.pid, peer.uid);

    /* From here on it is a stream like any other. */
    size_t total = 0;
    for (;;) {
        char buffer[512];
        ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv from %s", server.sun_path);
        if (n == 0)
            break;
        total += (size_t)n;
        if (fwrite(buffer, 1, (size_t)n, stdout) < (size_t)n)
            return 1; /* start_program's check at exit says why */
    }
    close(sockfd);
    if (total == 0) {
        fprintf(stderr, "client: the server closed without an answer\n");
        return 1;
    }
    return 0;
}
