/*
 * echo-rate.c - how fast an echo server sends back messages of one size: one
 * message at a time, the next one when all of it has come back. For
 * scripts/bench-multiplexing, which builds it.
 *
 *   run    ./echo-rate HOST PORT SIZE    it measures at each line on its
 *                                        input, and prints messages a second
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "error.h"
#include "net.h"

enum { MOST = 1 << 20, MEASURE_MS = 200 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Send and receive as it comes, so that no server can make us wait for it
 * while it waits for us. */
static void echo(int sockfd, const char *message, char *back, size_t size)
{
    size_t sent = 0, received = 0;
    while (received < size) {
        if (sent < size) {
            ssize_t n = send(sockfd, message + sent, size - sent,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n > 0)
                sent += (size_t)n;
            else if (errno != EAGAIN && errno != EINTR)
                die("send to the server");
        }
        /* All is sent, so just wait; or look whether something has come. */
        ssize_t n = recv(sockfd, back + received, size - received,
                         sent < size ? MSG_DONTWAIT : 0);
        if (n == 0)
            refuse("the server has hung up");
        if (n > 0) {
            received += (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd either = {.fd = sockfd, .events = POLLIN | POLLOUT};
            poll(&either, 1, -1);
        } else if (errno != EINTR) {
            die("recv from the server");
        }
    }
    if (memcmp(message, back, size) != 0)
        refuse("something else came back");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("echo-rate HOST PORT SIZE");
    size_t size = (size_t)parse_number(argv[3], 1, MOST, "SIZE");
    int sockfd = connect_to(argv[1], parse_port(argv[2]));
    int on = 1;
    if (setsockopt(sockfd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
        die("setsockopt TCP_NODELAY");

    static char message[MOST], back[MOST];
    for (size_t i = 0; i < size; i++)
        message[i] = (char)(i * 2654435761U >> 24);
    echo(sockfd, message, back, size);
    printf("ready\n");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        double start = now(), time;
        int messages = 0;
        do {
            echo(sockfd, message, back, size);
            messages++;
            time = now() - start;
        } while (time < MEASURE_MS / 1e3);
        printf("%.1f\n", messages / time);
    }
    return 0;
}
