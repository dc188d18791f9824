/*
 * server.c - give a client its lines back, the last one first.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o server
 *   run    ./server [PORT]               default 5000; one client, then the end
 *   read   recv(2), shutdown(2)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { LONGEST = 65536 };

/* Copy the lines in text to reversed, beginning with the last one. */
static void reverse_lines(const char *text, size_t len, char *reversed)
{
    for (size_t end = len; end > 0;) {
        size_t start = end - 1;
        while (start > 0 && text[start - 1] != '\n')
            start--;
        memcpy(reversed, text + start, end - start);
        reversed += end - start;
        end = start;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("server [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    struct sockaddr_in peer;
    int connfd;
    do
        connfd = accept_client(listenfd, &peer);
    while (connfd == -1);
    close(listenfd); /* this client is the only one */
    char from[ENDPOINT_SIZE];
    printf("accepted %s\n", endpoint(&peer, from));

    /* The first line of our answer is the last one of the text. So we can say
     * nothing before we know that there is no more: before recv returns 0. */
    static char text[LONGEST], answer[LONGEST];
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(connfd, text + len, sizeof text - len, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv from %s", from);
        if (n == 0)
            break;
        printf("received %zd bytes\n", n);
        len += (size_t)n;
        if (len == sizeof text) {
            fprintf(stderr, "server: %s sends too much\n", from);
            return 1;
        }
    }
    printf("received the end\n");
    if (len > 0 && text[len - 1] != '\n')
        text[len++] = '\n';

    /* The client has ended its side. Ours is as open as before. */
    reverse_lines(text, len, answer);
    if (send_all(connfd, answer, len) == -1)
        die("send to %s", from);
    printf("sent %zu bytes\n", len);

    close(connfd);
    printf("close()\n");
    return 0;
}
