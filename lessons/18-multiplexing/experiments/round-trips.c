/*
 * round-trips.c - one busy client of a chat, and many that say nothing.
 *
 *   build  cc -I../../../common round-trips.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o round-trips
 *   run    ./round-trips HOST PORT IDLE  it measures at each line that you
 *                                        type, until the end of its input
 *   read   epoll(7)
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { BATCH = 20, MEASURE_MS = 100 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Ask how many are here, and read the answer. It goes to us alone. */
static void round_trip(int sockfd, char answer[32])
{
    if (send_all(sockfd, "/who\n", 5) == -1)
        die("send to the server");
    size_t length = 0;
    do {
        ssize_t n = recv(sockfd, answer + length, 31 - length, 0);
        if (n == -1)
            die("recv from the server");
        if (n == 0)
            refuse("the server has hung up");
        length += (size_t)n;
    } while (answer[length - 1] != '\n' && length < 31);
    answer[length - 1] = '\0';
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("round-trips HOST PORT IDLE");
    in_port_t port = parse_port(argv[2]);
    int idle = (int)parse_number(argv[3], 0, 19000, "IDLE");

    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE");

    int busy = connect_to(argv[1], port);
    for (int i = 0; i < idle; i++)
        connect_to(argv[1], port); /* and that is all that it does */
    char answer[32], expected[32];
    snprintf(expected, sizeof expected, "%d here", 1 + idle);
    do {
        round_trip(busy, answer); /* connected is not yet accepted */
    } while (strcmp(answer, expected) != 0);
    printf("%d idle connections\n", idle);

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        double start = now(), time;
        int trips = 0;
        do {
            for (int i = 0; i < BATCH; i++)
                round_trip(busy, answer);
            trips += BATCH;
            time = now() - start;
        } while (time < MEASURE_MS / 1e3);
        printf("%.0f round trips a second\n", trips / time);
    }
    return 0;
}
