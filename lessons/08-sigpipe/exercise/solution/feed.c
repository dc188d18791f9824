/*
 * feed.c - send numbered lines to each client, until it leaves.
 *
 *   build  cc -I../../../../common feed.c ../../../../common/error.c \
 *             ../../../../common/net.c -o feed
 *   run    ./feed PORT MS TEXT           a line each MS milliseconds; it
 *                                        serves until Ctrl-C
 *   read   send(2), signal(7) on SIGPIPE
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Sleep, but not longer than the connection lives: as in ../../server.c. */
static void pause_while_connected(int connfd, int ms)
{
    struct pollfd connection = {.fd = connfd, .events = 0};
    if (poll(&connection, 1, ms) == -1 && errno != EINTR)
        report("poll descriptor %d", connfd);
}

/* Send the whole line. Returns how many bytes send has taken; fewer than len
 * if the client has left. */
static size_t send_line(int connfd, const char *line, size_t len)
{
    size_t sent = 0;
    while (sent < len) {
        /* Without the flag, one client that has left would be the end of us,
         * and of everybody's service. */
        ssize_t n = send(connfd, line + sent, len - sent, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1) {
            /* Clients leave: that is no error worth a word. */
            if (errno != EPIPE && errno != ECONNRESET)
                report("send %zu bytes", len - sent);
            break;
        }
        sent += (size_t)n;
    }
    return sent;
}

/* Feed the client on connfd, whose address is who, until it leaves. */
static void feed_client(int connfd, const char *who, const char *text, int ms)
{
    enum { MOST_DIGITS = 20, BLANK_NEWLINE_NUL = 3 };
    size_t room = strlen(text) + MOST_DIGITS + BLANK_NEWLINE_NUL;
    char *line = malloc(room);
    if (line == NULL)
        die("malloc %zu bytes", room);

    unsigned long long total = 0;
    for (unsigned long i = 1;; i++) {
        size_t len = (size_t)snprintf(line, room, "%lu %s\n", i, text);
        size_t sent = send_line(connfd, line, len);
        total += sent;
        if (sent < len)
            break;
        pause_while_connected(connfd, ms);
    }
    free(line);

    /* Taken is not read: the last line or two went to nobody. */
    printf("%s left after %llu bytes\n", who, total);
    close(connfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("feed PORT MS TEXT");
    in_port_t port = parse_port(argv[1]);
    int ms = (int)parse_number(argv[2], 1, 60000, "MS");

    int listenfd = listen_on(port);
    printf("feeding on 127.0.0.1:%u\n", local_port(listenfd));

    /* For ever, as long as somebody can read what we print. */
    while (!ferror(stdout)) {
        struct sockaddr_in peer;
        int connfd = accept_client(listenfd, &peer);
        if (connfd == -1)
            continue;
        char who[ENDPOINT_SIZE];
        printf("%s came\n", endpoint(&peer, who));
        feed_client(connfd, who, argv[3], ms);
    }
    return 1;
}
