/*
 * inherit.c - which options of the listening socket does accept hand on?
 *
 *   build  cc -I../../../common inherit.c ../../../common/error.c \
 *             ../../../common/net.c -o inherit
 *   run    ./inherit
 *   read   socket(7), tcp(7), accept(2): notes
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static void set(int sockfd, int level, int option, int value)
{
    if (setsockopt(sockfd, level, option, &value, sizeof value) == -1)
        die("setsockopt %d of level %d", option, level);
}

static void print(const char *whose, int sockfd)
{
    int keepalive, nodelay, size;
    socklen_t len = sizeof(int);
    if (getsockopt(sockfd, SOL_SOCKET, SO_KEEPALIVE, &keepalive, &len) == -1 ||
        getsockopt(sockfd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &len) == -1 ||
        getsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, &len) == -1)
        die("getsockopt");
    int flags = fcntl(sockfd, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    printf("%s: SO_KEEPALIVE %d, TCP_NODELAY %d, SO_RCVBUF %d, "
           "O_NONBLOCK %d\n",
           whose, keepalive != 0, nodelay != 0, size,
           (flags & O_NONBLOCK) != 0);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("inherit");
    int listenfd = listen_on(0);
    set(listenfd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(listenfd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(listenfd, SOL_SOCKET, SO_RCVBUF, 10000);
    int client = connect_to("127.0.0.1", local_port(listenfd));

    /* Not a socket option but a flag, as open has them: lesson 17. The client
     * is in the queue already, so accept need not wait. */
    if (fcntl(listenfd, F_SETFL, O_NONBLOCK) == -1)
        die("fcntl F_SETFL");
    int connfd = accept_client(listenfd, NULL);
    if (connfd == -1)
        die("accept");
    print("listening", listenfd);
    print("connected", connfd);

    close(connfd);
    close(client);
    close(listenfd);
    return 0;
}
