/*
 * strlen-server.c - an echo server that takes what it receives for a string.
 *
 *   build  cc -I../../../common strlen-server.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o strlen-server
 *   run    ./strlen-server [PORT]        default 5000
 *   read   recv(2), strlen(3)
 *
 * It is wrong on purpose, in one line: see server.c for the right one.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("strlen-server [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (!ferror(stdout)) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        char text[4096];
        ssize_t n;
        while ((n = recv(connfd, text, sizeof text - 1, 0)) > 0) {
            text[n] = '\0';
            /* recv has said how many there are. strlen stops at the first 0,
             * be it the one above or one that the client has sent. */
            size_t length = strlen(text);
            printf("received %zd bytes, sending back %zu\n", n, length);
            if (send_all(connfd, text, length) == -1)
                break;
        }
        close(connfd);
        printf("close\n");
    }
    return 1;
}
