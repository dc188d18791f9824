/*
 * gone.c - what send and recv say, call after call, once the peer has gone.
 *
 *   build  cc -I../../../common gone.c ../../../common/error.c \
 *             ../../../common/net.c -o gone
 *   run    ./gone fin|rst send|recv      how it goes, and what we then call
 *   read   send(2), recv(2), signal(7) on SIGPIPE
 *
 * Both ends of the connection are ours, so that nothing depends on chance.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* A handler does next to nothing: it leaves a note. main looks at it. */
static volatile sig_atomic_t signal_came;

static void note(int number)
{
    (void)number;
    signal_came = 1;
}

/* Until the peer's kernel has spoken: an end (FIN) or a reset (RST). */
static void wait_for_peer(int sockfd, short events)
{
    struct pollfd connection = {.fd = sockfd, .events = events};
    if (poll(&connection, 1, 1000) == -1)
        die("poll");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3 ||
        (strcmp(argv[1], "fin") != 0 && strcmp(argv[1], "rst") != 0) ||
        (strcmp(argv[2], "send") != 0 && strcmp(argv[2], "recv") != 0))
        usage("gone fin|rst send|recv");
    int reset = strcmp(argv[1], "rst") == 0;
    int sending = strcmp(argv[2], "send") == 0;
    struct sigaction action = {.sa_handler = note};
    if (sigaction(SIGPIPE, &action, NULL) == -1)
        die("sigaction SIGPIPE");

    int listenfd = listen_on(0);
    int peer = connect_to("127.0.0.1", local_port(listenfd));
    int sockfd = accept_client(listenfd, NULL);
    if (sockfd == -1)
        die("accept");

    /* To close with data unread is to throw it away; the kernel says so to
     * the sender, with a reset (RFC 1122, 4.2.2.13). */
    if (reset && send(sockfd, "unread", 6, 0) != 6)
        die("send 6 bytes");
    if (reset)
        wait_for_peer(peer, POLLIN);
    close(peer);
    wait_for_peer(sockfd, POLLIN);
    printf("the peer has closed: %s\n", reset ? "RST" : "FIN");

    for (int i = 1; i <= 3; i++) {
        char bytes[5] = "hello";
        signal_came = 0;
        ssize_t n = sending ? send(sockfd, bytes, sizeof bytes, 0)
                            : recv(sockfd, bytes, sizeof bytes, 0);
        if (n == -1)
            printf("%s %d: -1, %s", argv[2], i, error_symbol(errno));
        else
            printf("%s %d: %zd", argv[2], i, n);
        printf("%s\n", signal_came ? " and SIGPIPE" : "");
        /* What was sent reaches a closed socket: its kernel answers RST. */
        if (n > 0)
            wait_for_peer(sockfd, 0);
    }
    close(sockfd);
    return 0;
}
