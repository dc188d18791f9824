/*
 * client.c - connect and receive, and never sleep in either.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000
 *   read   fcntl(2), connect(2) on EINPROGRESS, poll(2), socket(7) on SO_ERROR
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* All our sleep is here. (A program with more to do would do it instead.) */
static void wait_for(int sockfd, short event)
{
    struct pollfd wanted = {.fd = sockfd, .events = event};
    while (poll(&wanted, 1, -1) == -1)
        if (errno != EINTR)
            die("poll");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* F_SETFL sets all flags. So take those that are there, and add one. */
    int flags = fcntl(sockfd, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    if (fcntl(sockfd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl F_SETFL");

    /* The SYN is sent, and we are back. There is no answer yet. */
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1) {
        if (errno != EINPROGRESS)
            die("connect %s:%u", host, port);
        printf("connect: EINPROGRESS, it goes on without us\n");

        /* Writable means that it is decided, one way or the other. Which way
         * is what SO_ERROR says: the errno that connect would have had. */
        wait_for(sockfd, POLLOUT);
        int error;
        socklen_t len = sizeof error;
        if (getsockopt(sockfd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
            die("getsockopt SO_ERROR");
        printf("poll: decided; SO_ERROR: %s\n",
               error == 0 ? "0" : error_symbol(error));
        errno = error;
        if (error != 0)
            die("connect %s:%u", host, port);
    }
    printf("connected from port %u\n", local_port(sockfd));

    /* EAGAIN is no failure: it says "nothing there now". 0 is the end. */
    for (;;) {
        char buffer[512];
        ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && errno == EAGAIN) {
            printf("recv: EAGAIN, nothing there yet\n");
            wait_for(sockfd, POLLIN);
            continue;
        }
        if (n == -1)
            die("recv from %s:%u", host, port);
        if (n == 0)
            break;
        printf("recv: %zd bytes\n", n);
        if (fwrite(buffer, 1, (size_t)n, stdout) < (size_t)n)
            return 1; /* start_program's check at exit says why */
    }
    printf("recv: 0, the server hung up\n");
    close(sockfd);
    return 0;
}
