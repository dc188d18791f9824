/*
 * deaf.c - three clients of a chat: one talks, one listens, and one never
 * reads.
 *
 *   build  cc -I../../../common deaf.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o deaf
 *   run    ./deaf [HOST [PORT]]          default 127.0.0.1 5000
 *   read   tcp(7) on what the kernel's own buffers hold
 */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { LINE = 1000, MOST_LINES = 64000 };

static int talker, listener;

static void receive(int sockfd, char *data, size_t length)
{
    ssize_t n = recv_all(sockfd, data, length);
    if (n == -1)
        die("recv from the server");
    if ((size_t)n < length) {
        fprintf(stderr, "deaf: the server has hung up on us\n");
        exit(1);
    }
}

/* How many are here? */
static int who(void)
{
    if (send_all(talker, "/who\n", 5) == -1)
        die("send to the server");
    char answer[] = "N here\n";
    receive(talker, answer, strlen(answer));
    return answer[0] - '0';
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("deaf [HOST [PORT]]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    in_port_t port = parse_port(argc > 2 ? argv[2] : "5000");
    talker = connect_to(host, port);
    listener = connect_to(host, port);
    int on = 1; /* each line at once (lesson 14) */
    if (setsockopt(talker, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
        die("setsockopt TCP_NODELAY");
    int deaf = connect_to(host, port);
    while (who() < 3)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    printf("%d here: %u talks, %u listens, %u never reads\n", who(),
           local_port(talker), local_port(listener), local_port(deaf));

    /* Each line must reach the listener before the next one is sent. */
    char line[LINE], expected[LINE + 16], heard[sizeof expected];
    memset(line, 'x', sizeof line);
    line[LINE - 1] = '\n';
    int name = snprintf(expected, sizeof expected, "%u: ", local_port(talker));
    memcpy(expected + name, line, LINE);
    size_t length = (size_t)name + LINE;
    int lines = 0;
    do {
        if (send_all(talker, line, LINE) == -1)
            die("send to the server");
        receive(listener, heard, length);
        if (memcmp(heard, expected, length) != 0) {
            fprintf(stderr, "deaf: the listener has heard something else\n");
            return 1;
        }
        lines++;
    } while (lines < MOST_LINES && (lines % 10 != 0 || who() == 3));

    printf("after %d lines of 1,000 bytes: %d here\n", lines, who());
    printf("the listener has heard every one of them\n");
    close(deaf);
    return who() == 2 ? 0 : 1;
}
