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
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

/* accept(2) hands us what happened to one connection, or to this one call.
 * The listening socket is as good as before. */
static bool concerns_one_client(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO ||
           error == ENETDOWN || error == ENETUNREACH || error == EHOSTDOWN ||
           error == EHOSTUNREACH || error == ENONET || error == ENOPROTOOPT ||
           error == EOPNOTSUPP;
}

/* Nothing is wrong but that there is no room: it may be better soon. */
static bool concerns_room(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

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
    printf("listening on 127.0.0.1:%u with descriptor %d\n",
           ntohs(self.sin_port), listenfd);

    /* For ever, as long as somebody can read what we print. */
    bool reported = false;
    while (!ferror(stdout)) {
        /* addrlen goes in as the room that we have and comes out as the room
         * that the address takes. So it is set anew before each call. */
        struct sockaddr_in peer;
        socklen_t addrlen = sizeof peer;
        int connfd = accept(listenfd, (struct sockaddr *)&peer, &addrlen);

        if (connfd == -1 && concerns_one_client(errno))
            continue;
        if (connfd == -1 && concerns_room(errno)) {
            /* The client stays in the queue, so accept would fail again and
             * again. Say it once, and let a tenth of a second pass. */
            if (!reported)
                report("accept on 127.0.0.1:%u", ntohs(self.sin_port));
            reported = true;
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
            continue;
        }
        if (connfd == -1)
            die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
        reported = false;

        char host[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &peer.sin_addr, host, sizeof host);
        in_port_t peer_port = ntohs(peer.sin_port);
        printf("accepted %s:%u as descriptor %d; %d goes on listening\n", host,
               peer_port, connfd, listenfd);

        /* A line fits into the new socket's empty buffer: send does not wait,
         * even for a client that never reads. One that has left already must
         * not kill us: MSG_NOSIGNAL, and lesson 08. */
        static const char greeting[] = "Welcome! You have been accepted.\n";
        ssize_t n;
        do
            n = send(connfd, greeting, sizeof greeting - 1, MSG_NOSIGNAL);
        while (n == -1 && errno == EINTR);
        if (n == -1)
            report("send to %s:%u", host, peer_port);

        /* Without this, each client would cost us a descriptor for ever. */
        close(connfd);
        if (n != -1)
            printf("sent %zd bytes and closed descriptor %d\n", n, connfd);
    }
    return 1;
}
