/*
 * client.c - be the browser: type a request, see the answer as it comes.
 *
 *   build  cc -I../../common client.c ../../common/error.c \
 *             ../../common/io.c ../../common/net.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000; it ends when
 *                                        the server has said all
 *   read   poll(2), recv(2), shutdown(2)
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

/* HTTP's lines end in CR LF, a keyboard's in LF alone. What has its CR already
 * needs no other. */
static int send_lines(int sockfd, const char *text, size_t length)
{
    static char last;
    char lines[2 * 512];
    size_t out = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' && last != '\r')
            lines[out++] = '\r';
        lines[out++] = last = text[i];
    }
    return send_all(sockfd, lines, out);
}

/* A CR before a LF is not worth showing; other bytes that spoil a screen are
 * shown by their number. UTF-8 passes. */
static void print_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '\n' || byte == '\t' || !iscntrl(byte))
            putchar(byte);
        else if (byte != '\r')
            printf("\\x%02X", byte);
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");

    int sockfd = connect_to(host, port);
    printf("connected from port %u\n", local_port(sockfd));

    /* Two may speak, the keyboard and the server; poll says who does. */
    struct pollfd from[] = {{STDIN_FILENO, POLLIN, 0}, {sockfd, POLLIN, 0}};
    for (;;) {
        if (poll(from, 2, -1) == -1) {
            if (errno == EINTR)
                continue;
            die("poll");
        }
        char text[512];
        if (from[1].revents != 0) {
            ssize_t n = recv(sockfd, text, sizeof text, 0);
            if (n == -1 && errno == EINTR)
                continue;
            if (n == -1)
                die("recv from %s:%u", host, port);
            if (n == 0)
                break;
            print_text(text, (size_t)n);
        } else if (from[0].revents != 0) {
            ssize_t n = read(STDIN_FILENO, text, sizeof text);
            if (n == -1)
                die("read standard input");
            if (n > 0 && send_lines(sockfd, text, (size_t)n) == -1)
                die("send to %s:%u", host, port);
            if (n == 0) { /* we have said all: the server may see that */
                shutdown(sockfd, SHUT_WR);
                from[0].fd = -1;
            }
        }
    }
    close(sockfd);
    return 0;
}
