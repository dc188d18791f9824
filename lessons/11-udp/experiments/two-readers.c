/*
 * two-readers.c - two processes wait for datagrams on one socket; each takes
 * one.
 *
 *   build  cc -I../../../common two-readers.c ../../../common/error.c \
 *             ../../../common/net.c -o two-readers
 *   run    ./two-readers [PORT]          default 5000
 *   read   fork(2), recv(2), wait(2)
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* The descriptor that fork copied leads to the same socket, lesson 16. */
static void read_one(int sockfd, int reader)
{
    char data[100];
    ssize_t n;
    do
        n = recv(sockfd, data, sizeof data, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("recv of reader %d", reader);
    printf("reader %d took %zd bytes, \"%.*s\"\n", reader, n, (int)n, data);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("two-readers [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    printf("listening on 127.0.0.1:%u\n", local_port(sockfd));

    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == -1)
            die("fork");
        if (children[i] == 0) {
            read_one(sockfd, i + 1);
            _exit(0);
        }
    }
    int status = 0;
    for (int left = 2; left > 0;) {
        if (wait(&status) == -1) {
            if (errno != EINTR)
                die("wait");
            continue;
        }
        left--;
        printf("a reader ended; %d still waiting\n", left);
    }
    return 0;
}
