/*
 * early-client.c - connect, say one line, leave; wait for nobody.
 *
 *   build  cc -I../../../common early-client.c ../../../common/error.c \
 *             -o early-client
 *   run    ./early-client [HOST [PORT]]      default 127.0.0.1 5000
 *   read   connect(2), send(2)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("early-client [HOST [PORT]]");
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
    struct sockaddr_in self;
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &self.sin_addr, text, sizeof text);
    printf("connected from %s:%u\n", text, ntohs(self.sin_port));

    static const char words[] = "Is anybody there?\n";
    ssize_t n = send(sockfd, words, sizeof words - 1, MSG_NOSIGNAL);
    if (n == -1)
        die("send to %s:%u", host, port);
    printf("sent %zd bytes\n", n);

    close(sockfd);
    return 0;
}
