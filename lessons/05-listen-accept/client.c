/*
 * client.c - connect to a server and print what it says until it hangs up.
 *
 *   build  cc -I../../common client.c ../../common/error.c -o client
 *   run    ./client [HOST [PORT]]        default 127.0.0.1 5000
 *   read   connect(2), recv(2); lesson 06 explains connect, lesson 07 recv
 */
#include <arpa/inet.h>
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

    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect %s:%u", host, port);

    /* This is the address that accept tells the server. */
    struct sockaddr_in self;
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &self.sin_addr, text, sizeof text);
    printf("connected from %s:%u\n", text, ntohs(self.sin_port));

    /* How much each recv brings is the network's affair. 0 is the end. */
    size_t total = 0;
    for (;;) {
        char buffer[512];
        ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv from %s:%u", host, port);
        if (n == 0)
            break;
        total += (size_t)n;
        if (fwrite(buffer, 1, (size_t)n, stdout) < (size_t)n)
            return 1; /* start_program's check at exit says why */
    }
    printf("the server hung up after %zu bytes\n", total);

    close(sockfd);
    return 0;
}
