/*
 * protect.c - three ways to live with SIGPIPE, and how far each of them goes.
 *
 *   build  cc -I../../../common protect.c ../../../common/error.c \
 *             ../../../common/net.c -o protect
 *   run    ./protect recv-flag|send-flag|ignore
 *   read   send(2) and recv(2) on MSG_NOSIGNAL, signal(2) on SIG_IGN
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static void say(const char *call, ssize_t n)
{
    if (n == -1)
        printf("%s: -1, %s\n", call, error_symbol(errno));
    else
        printf("%s: %zd\n", call, n);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    const char *way = argc == 2 ? argv[1] : "";
    if (strcmp(way, "recv-flag") != 0 && strcmp(way, "send-flag") != 0 &&
        strcmp(way, "ignore") != 0)
        usage("protect recv-flag|send-flag|ignore");

    int listenfd = listen_on(0);
    int peer = connect_to("127.0.0.1", local_port(listenfd));
    int sockfd = accept_client(listenfd, NULL);
    if (sockfd == -1)
        die("accept");

    /* The peer goes, one send finds nobody, and the reset comes back. */
    close(peer);
    if (send(sockfd, "hello", 5, 0) == -1)
        die("send 5 bytes");
    struct pollfd connection = {.fd = sockfd, .events = 0};
    if (poll(&connection, 1, 1000) == -1)
        die("poll");

    char byte = 'x';
    if (strcmp(way, "recv-flag") == 0) {
        /* recv never raises SIGPIPE, so here the flag means nothing. */
        say("recv with MSG_NOSIGNAL", recv(sockfd, &byte, 1, MSG_NOSIGNAL));
        say("send", send(sockfd, &byte, 1, 0));
    } else if (strcmp(way, "send-flag") == 0) {
        /* It is good for this one call. */
        say("send with MSG_NOSIGNAL", send(sockfd, &byte, 1, MSG_NOSIGNAL));
        say("write", write(sockfd, &byte, 1));
    } else {
        /* For the whole process, whatever it calls: write, printf, … */
        if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
            die("signal SIGPIPE");
        say("send", send(sockfd, &byte, 1, 0));
        say("write", write(sockfd, &byte, 1));
    }
    close(sockfd);
    return 0;
}
