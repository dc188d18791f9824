/*
 * doorman.c - greet N clients, each with its number and its own address.
 *
 *   build  cc -I../../../../common doorman.c \
 *             ../../../../common/error.c -o doorman
 *   run    ./doorman PORT N
 *   read   listen(2), accept(2), inet_ntop(3)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

static int listen_on_loopback(in_port_t port)
{
    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen on 127.0.0.1:%u", port);
    return listenfd;
}

/* The next client's descriptor, and its address in *peer. */
static int next_client(int listenfd, struct sockaddr_in *peer)
{
    for (;;) {
        socklen_t addrlen = sizeof *peer;
        int connfd = accept(listenfd, (struct sockaddr *)peer, &addrlen);
        if (connfd != -1)
            return connfd;
        /* A signal, or a client that has left the queue: the next one. */
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
            errno != ENOMEM)
            die("accept");
        /* This will pass. The client stays in the queue, so accept would
         * fail again at once: give the others time to let something go. */
        report("accept");
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
}

/* The whole line, though send may take less. A client that has left harms
 * nobody but itself. */
static void greet(int connfd, const char *line)
{
    for (size_t left = strlen(line); left > 0;) {
        ssize_t n = send(connfd, line, left, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1) {
            report("send");
            return;
        }
        line += n;
        left -= (size_t)n;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("doorman PORT N");
    in_port_t port = parse_port(argv[1]);
    long clients = parse_number(argv[2], 1, 1000000, "N");

    int listenfd = listen_on_loopback(port);
    printf("waiting for %ld clients on 127.0.0.1:%u\n", clients, port);

    for (long i = 1; i <= clients; i++) {
        struct sockaddr_in peer;
        int connfd = next_client(listenfd, &peer);
        char host[INET_ADDRSTRLEN], line[100];
        inet_ntop(AF_INET, &peer.sin_addr, host, sizeof host);
        snprintf(line, sizeof line, "you are client %ld of %ld, from %s:%u\n",
                 i, clients, host, ntohs(peer.sin_port));
        greet(connfd, line);
        close(connfd);
    }
    close(listenfd);
    puts("all greeted");
    return 0;
}
