/*
 * client.c - connect to a server: give one character, take one back.
 *
 *   build  cc -I../../common client.c ../../common/error.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000
 *   read   connect(2), send(2), recv(2), close(2)
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("client [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");

    /* Where we want to go. The wire is big-endian, so the port is too. */
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    printf("socket()\n");

    /* No bind before it: connect lets the kernel choose our own address and
     * port. It returns when the server's kernel has agreed. */
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect %s:%u", host, port);
    printf("connect()\n");

    char c = 'A';
    ssize_t n;
    do
        n = send(sockfd, &c, 1, MSG_NOSIGNAL);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("send 1 byte to the server");
    printf("send %c to server\n", c);

    do
        n = recv(sockfd, &c, 1, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("recv 1 byte from the server");
    if (n == 0) {
        fprintf(stderr, "client: the server closed without an answer\n");
        return 1;
    }
    /* A byte from outside can be any, one that spoils the screen as well. */
    unsigned char byte = (unsigned char)c;
    printf(isprint(byte) ? "recv %c from server\n"
                         : "recv \\x%02X from server\n",
           byte);

    close(sockfd);
    printf("close()\n");
    return 0;
}
