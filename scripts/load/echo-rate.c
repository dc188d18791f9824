/*
 * echo-rate.c - how fast an echo server sends back messages of one size, with
 * AHEAD of them on their way at a time. For scripts/bench-multiplexing, which
 * builds it.
 *
 *   run    ./echo-rate HOST PORT SIZE AHEAD      it measures at each line on
 *                                                its input, and prints
 *                                                messages a second
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
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

static char message[MOST], back[MOST];
static size_t sent, received; /* bytes, in all */

/* Wait for one more message, and send as far ahead as we may; both as it
 * comes, so that we and the server never wait for each other. */
static void echo(int sockfd, size_t size, size_t ahead)
{
    size_t begin = received, end = begin + size;
    while (received < end) {
        size_t at = sent % size;
        if (sent < begin + ahead * size) {
            ssize_t n = send(sockfd, message + at, size - at,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n > 0) {
                sent += (size_t)n;
                continue;
            }
            if (errno != EAGAIN && errno != EINTR)
                die("send to the server");
        }
        bool full = sent < begin + ahead * size;
        ssize_t n = recv(sockfd, back + (received - begin), end - received,
                         full ? MSG_DONTWAIT : 0);
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
    if (argc != 5)
        usage("echo-rate HOST PORT SIZE AHEAD");
    size_t size = (size_t)parse_number(argv[3], 1, MOST, "SIZE");
    size_t ahead = (size_t)parse_number(argv[4], 1, 1000, "AHEAD");
    int sockfd = connect_to(argv[1], parse_port(argv[2]));
    int on = 1;
    if (setsockopt(sockfd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
        die("setsockopt TCP_NODELAY");

    for (size_t i = 0; i < size; i++)
        message[i] = (char)(i * 2654435761U >> 24);
    echo(sockfd, size, ahead);
    printf("ready\n");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        double start = now(), time;
        int messages = 0;
        do {
            echo(sockfd, size, ahead);
            messages++;
            time = now() - start;
        } while (time < MEASURE_MS / 1e3);
        printf("%.1f\n", messages / time);
    }
    return 0;
}
