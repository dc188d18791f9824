/*
 * server.c - take bytes from one client, as many at a time as you say.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/net.c -o server
 *   run    ./server [PORT]               default 5000; one client, then the end
 *   read   recv(2)
 *
 * Type a number, and one recv asks for so many bytes. "8 all" asks with
 * MSG_WAITALL.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Bytes need not be text. What cannot be shown is written as \xNN. */
static void print_bytes(const char *bytes, size_t count)
{
    putchar('"');
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < ' ' || c > '~' || c == '"' || c == '\\')
            printf("\\x%02X", c);
        else
            putchar(c);
    }
    printf("\"\n");
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

    char line[32];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char buffer[1000];
        char *end;
        long want = strtol(line, &end, 10);
        end[strcspn(end, "\n")] = '\0';
        int flags = strcmp(end, " all") == 0 ? MSG_WAITALL : 0;
        if (want < 1 || want > (long)sizeof buffer ||
            (flags == 0 && *end != '\0')) {
            printf("type a number from 1 to %zu; or 8 all\n", sizeof buffer);
            continue;
        }

        /* It brings at most what we ask for, and without MSG_WAITALL as much
         * as is there. It waits only while nothing is. */
        ssize_t n;
        do
            n = recv(connfd, buffer, (size_t)want, flags);
        while (n == -1 && errno == EINTR);
        if (n == -1)
            die("recv from %s", from);
        printf("recv %s %ld: ", flags ? "all" : "at most", want);
        if (n == 0) {
            printf("0, the end\n");
            break;
        }
        printf("%zd, ", n);
        print_bytes(buffer, (size_t)n);
    }

    close(connfd);
    return 0;
}
