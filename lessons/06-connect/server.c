/*
 * server.c - serve one client: take one character, give one back.
 *
 *   build  cc -I../../common server.c ../../common/error.c -o server
 *   run    ./server [PORT]               default 5000; one client, then the end
 *   read   accept(2), recv(2), send(2), close(2)
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("server [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    printf("socket()\n");

    /* So that we can start again at once. Lesson 15 tells the story. */
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");

    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    printf("bind()\n");

    if (listen(listenfd, 1) == -1)
        die("listen on 127.0.0.1:%u", port);
    printf("listen()\n");

    /* Asked for port 0, the kernel chose one; a client must know it. */
    socklen_t len = sizeof self;
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    if (port == 0)
        printf("port %u\n", ntohs(self.sin_port));

    /* NULL: we do not ask who it is. A client that has left the queue again,
     * or a signal, is no reason to give up waiting. */
    printf("waiting for client\n");
    int connfd;
    do
        connfd = accept(listenfd, NULL, NULL);
    while (connfd == -1 && (errno == EINTR || errno == ECONNABORTED));
    if (connfd == -1)
        die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
    printf("accepted\n");

    /* One byte cannot come in pieces, so one recv is enough. Lesson 07 shows
     * why that is the last time. */
    char c;
    ssize_t n;
    do
        n = recv(connfd, &c, 1, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("recv 1 byte from the client");
    if (n == 0) {
        fprintf(stderr, "server: the client closed without sending a byte\n");
        return 1;
    }
    /* A byte from outside can be any, one that spoils the screen as well. */
    unsigned char byte = (unsigned char)c;
    printf(isprint(byte) ? "recv %c from client\n"
                         : "recv \\x%02X from client\n",
           byte);

    c = 'B';
    do
        n = send(connfd, &c, 1, MSG_NOSIGNAL);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("send 1 byte to the client");
    printf("send %c to client\n", c);

    close(connfd);
    close(listenfd);
    printf("close()\n");
    return 0;
}
