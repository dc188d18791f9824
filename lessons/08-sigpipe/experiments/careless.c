/*
 * careless.c - a server that has never heard of SIGPIPE.
 *
 *   build  cc -I../../../common careless.c ../../../common/error.c \
 *             ../../../common/net.c -o careless
 *   run    ./careless [PORT]             default 5000
 *   read   write(2), signal(7) on SIGPIPE
 *
 * It is wrong on purpose, in one line: see server.c for the right one.
 */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("careless [PORT]");
    int listenfd = listen_on(parse_port(argc > 1 ? argv[1] : "5000"));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    while (!ferror(stdout)) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("accepted\n");
        /* write has no flags: it is send with none of them. Until it says -1,
         * the client is there. The thought is right, but this -1 never comes:
         * the signal does. */
        while (write(connfd, "hello\n", 6) != -1)
            poll(NULL, 0, 20);
        printf("the client has left; the next, please\n");
        close(connfd);
    }
    return 1;
}
