/*
 * server.c - wait for clients; say who each of them is, greet it, hang up.
 *
 *   build  cc -I../../common server.c ../../common/error.c -o server
 *   run    ./server [PORT]               default 5000; it serves until Ctrl-C
 *   read   listen(2), accept(2), tcp(7)
 */
#include <arpa/inet.h>
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

    /* So that we can start again at once. Lesson 15 tells the story. */
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);

    /* From here on the kernel shakes hands with clients and lets them queue.
     * We carry no data on this socket, ever: it is there to be knocked at. */
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen on 127.0.0.1:%u", port);

    /* Asked for port 0, the kernel chose one; a client must know it. */
    socklen_t len = sizeof self;
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    port = ntohs(self.sin_port);
    printf("listening on 127.0.0.1:%u with descriptor %d\n", port, listenfd);

    /* One client after the other, as long as we can print. */
    while (!ferror(stdout)) {
        /* addrlen goes in as the room that we have and comes out as the room
         * that the address takes. So it is set anew before each call. */
        struct sockaddr_in peer;
        socklen_t addrlen = sizeof peer;
        int connfd = accept(listenfd, (struct sockaddr *)&peer, &addrlen);

        if (connfd == -1) {
            /* A signal, or a client that has left the queue: the next one. */
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            report("accept on 127.0.0.1:%u", port);
            /* Is the mistake in our call? Then it would fail for ever. */
            if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK)
                return 1;
            /* The rest will pass: no descriptor left, no memory. The client
             * stays in the queue, so accept would fail again at once: wait. */
            sleep(1);
            continue;
        }
        char host[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &peer.sin_addr, host, sizeof host);
        in_port_t peer_port = ntohs(peer.sin_port);
        printf("accepted %s:%u as descriptor %d; %d goes on listening\n", host,
               peer_port, connfd, listenfd);

        /* A line fits into a new socket's buffer, so send takes all of it and
         * does not wait, even for a client that never reads. One that has left
         * already must not kill us: MSG_NOSIGNAL, and lesson 08. */
        static const char greeting[] = "Welcome! You have been accepted.\n";
        ssize_t n = send(connfd, greeting, sizeof greeting - 1, MSG_NOSIGNAL);
        if (n == -1)
            report("send to %s:%u", host, peer_port);
        else
            printf("sent %zd bytes to descriptor %d\n", n, connfd);

        /* Without this, each client would cost us a descriptor for ever. */
        close(connfd);
        printf("closed descriptor %d\n", connfd);
    }
    return 1;
}
