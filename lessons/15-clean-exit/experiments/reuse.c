/*
 * reuse.c - a server's port is in TIME_WAIT. Which pair of runs may have it?
 *
 *   build  cc -I../../../common reuse.c ../../../common/error.c \
 *             ../../../common/net.c -o reuse
 *   run    ./reuse
 *   read   socket(7): SO_REUSEADDR
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* A socket with SO_REUSEADDR on or off, bound to *self; -1 if bind fails. */
static int bound_socket(int reuse, struct sockaddr_in *self)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (setsockopt(sockfd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) ==
        -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(sockfd, (struct sockaddr *)self, sizeof *self) == 0)
        return sockfd;
    int number = errno;
    close(sockfd);
    errno = number;
    return -1;
}

/* The first run: a server that closes before its client does. What remains of
 * it is one connection in TIME_WAIT. */
static void first_run(int reuse, struct sockaddr_in *self)
{
    int listenfd = bound_socket(reuse, self);
    if (listenfd == -1)
        die("bind 127.0.0.1:0");
    if (listen(listenfd, 1) == -1)
        die("listen");
    self->sin_port = htons(local_port(listenfd));
    int client = connect_to("127.0.0.1", ntohs(self->sin_port));
    int connfd = accept_client(listenfd, NULL);
    if (connfd == -1)
        die("accept");
    close(connfd);
    close(client);
    close(listenfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("reuse");
    for (int first = 0; first <= 1; first++)
        for (int second = 0; second <= 1; second++) {
            struct sockaddr_in self = {.sin_family = AF_INET};
            self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            first_run(first, &self);
            int sockfd = bound_socket(second, &self);
            printf("first run %s, second run %s: %s\n",
                   first ? "with   " : "without",
                   second ? "with   " : "without",
                   sockfd == -1 ? error_symbol(errno) : "success");
            if (sockfd != -1)
                close(sockfd);
        }
    return 0;
}
