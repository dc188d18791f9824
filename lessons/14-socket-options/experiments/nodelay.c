/*
 * nodelay.c - a request in two sends, with three settings of the sender.
 *
 *   build  cc -I../../../common nodelay.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o nodelay
 *   run    ./nodelay
 *   read   tcp(7): TCP_NODELAY, TCP_CORK; RFC 896 (Nagle)
 */
#define _DEFAULT_SOURCE /* TCP_CORK, Linux's own */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { ROUNDS = 10 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void set(int sockfd, int option, int value, const char *name)
{
    if (setsockopt(sockfd, IPPROTO_TCP, option, &value, sizeof value) == -1)
        die("setsockopt %s", name);
}

/* A head, then a body; the other end answers when it has both. Milliseconds
 * for a round. */
static double talk(int client, int server, int cork)
{
    char request[2], answer;
    double start = now();
    for (int i = 0; i < ROUNDS; i++) {
        if (cork)
            set(client, TCP_CORK, 1, "TCP_CORK");
        if (send_all(client, "h", 1) == -1 || send_all(client, "b", 1) == -1)
            die("send the request");
        if (cork)
            set(client, TCP_CORK, 0, "TCP_CORK");
        if (recv_all(server, request, 2) != 2)
            die("recv the request");
        if (send_all(server, "!", 1) == -1)
            die("send the answer");
        if (recv_all(client, &answer, 1) != 1)
            die("recv the answer");
    }
    return (now() - start) / ROUNDS;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("nodelay");
    int listenfd = listen_on(0);
    int client = connect_to("127.0.0.1", local_port(listenfd));
    int server = accept_client(listenfd, NULL);
    if (server == -1)
        die("accept");

    talk(client, server, 0); /* a young connection acknowledges at once */
    printf("as it comes: %.2f ms a round\n", talk(client, server, 0));
    printf("TCP_CORK:    %.2f ms a round\n", talk(client, server, 1));
    set(client, TCP_NODELAY, 1, "TCP_NODELAY");
    printf("TCP_NODELAY: %.2f ms a round\n", talk(client, server, 0));

    close(server);
    close(client);
    close(listenfd);
    return 0;
}
