/*
 * client.c - chat: what the user types goes to the server, what the server
 * sends is printed, whichever comes first. The client of all three servers.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; it ends at
 *                                        the end of its input
 *   read   poll(2), shutdown(2)
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    int sockfd = connect_to(argc > 1 ? argv[1] : "127.0.0.1",
                            parse_port(argc > 2 ? argv[2] : "5000"));
    /* Each line goes at once (lesson 14). */
    int on = 1;
    if (setsockopt(sockfd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
        die("setsockopt TCP_NODELAY");
    printf("connected as %u\n", local_port(sockfd));

    /* Two may have something for us, the user and the server, and we must not
     * sleep in read while the server speaks, nor in recv while the user types,
     * nor in send while neither can go on. So all sleep is in poll. */
    enum { USER, SERVER };
    struct pollfd watched[] = {
        [USER] = {.events = POLLIN}, [SERVER] = {.fd = sockfd}};
    char typed[4096], received[4096];
    size_t length = 0, sent = 0;
    bool said_all = false;
    while (!ferror(stdout)) {
        /* What the user has typed goes out before we take more of it. */
        bool owing = sent < length;
        watched[USER].fd = said_all || owing ? -1 : STDIN_FILENO;
        watched[SERVER].events = owing ? POLLIN | POLLOUT : POLLIN;
        if (poll(watched, 2, -1) == -1) {
            if (errno == EINTR)
                continue;
            die("poll");
        }

        if (watched[SERVER].revents & ~POLLOUT) {
            ssize_t n = recv(sockfd, received, sizeof received, MSG_DONTWAIT);
            if (n == -1 && errno != EINTR && errno != EAGAIN)
                die("recv from the server");
            if (n > 0)
                fwrite(received, 1, (size_t)n, stdout);
            if (n == 0 && said_all)
                break;
            if (n == 0) {
                fprintf(stderr, "client: the server has hung up\n");
                return 1;
            }
        }
        if (watched[SERVER].revents & POLLOUT) {
            ssize_t n = send(sockfd, typed + sent, length - sent,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n == -1 && errno != EINTR && errno != EAGAIN)
                die("send to the server");
            if (n > 0)
                sent += (size_t)n;
        }
        if (watched[USER].fd != -1 && watched[USER].revents != 0) {
            ssize_t n = read(STDIN_FILENO, typed, sizeof typed);
            if (n == -1 && errno != EINTR && errno != EAGAIN)
                die("read standard input");
            length = n > 0 ? (size_t)n : 0;
            sent = 0;
            /* Our side is done. The server will close its own, and until then
             * may have something for us. */
            if (n == 0) {
                said_all = true;
                shutdown(sockfd, SHUT_WR);
            }
        }
    }
    close(sockfd);
    return 0;
}
