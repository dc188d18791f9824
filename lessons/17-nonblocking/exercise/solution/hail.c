/*
 * hail.c - call a server, and give up when it has not answered in time.
 *
 *   build  cc -I../../../../common hail.c ../../../../common/error.c -o hail
 *   run    ./hail MS HOST PORT
 *   read   fcntl(2), connect(2) on EINPROGRESS, poll(2), socket(7) on SO_ERROR
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Sleep until it is decided, at most ms milliseconds. 0: it is not decided. */
static int wait_for_answer(int sockfd, long ms)
{
    struct pollfd wanted = {.fd = sockfd, .events = POLLOUT};
    long long end = now_ms() + ms, left = ms;
    int ready;
    /* A signal does not give us more time: wait for the rest of it. */
    while ((ready = poll(&wanted, 1, (int)left)) == -1) {
        if (errno != EINTR)
            die("poll");
        left = end - now_ms();
        if (left < 0)
            left = 0;
    }
    return ready;
}

/* Connect, in ms milliseconds at most. 0, or the error of connect: ETIMEDOUT
 * when our time is over. */
static int call_server(int sockfd, const struct sockaddr_in *server, long ms)
{
    if (connect(sockfd, (const struct sockaddr *)server, sizeof *server) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (wait_for_answer(sockfd, ms) == 0)
        return ETIMEDOUT;
    /* Decided, but how? */
    int error;
    socklen_t len = sizeof error;
    if (getsockopt(sockfd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
        die("getsockopt SO_ERROR");
    return error;
}

/* Print what comes, until the end. The socket blocks again. */
static void listen_to(int sockfd)
{
    char buffer[4096];
    ssize_t n;
    while ((n = recv(sockfd, buffer, sizeof buffer, 0)) != 0) {
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv");
        fwrite(buffer, 1, (size_t)n, stdout);
        fflush(stdout); /* what is no whole line, too */
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("hail MS HOST PORT");
    long ms = parse_number(argv[1], 1, 60000, "MS");
    const char *host = argv[2];
    in_port_t port = parse_port(argv[3]);
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    /* F_SETFL sets all flags: keep what is there. */
    int flags = fcntl(sockfd, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    if (fcntl(sockfd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl F_SETFL");

    int error = call_server(sockfd, &server, ms);
    if (error == ECONNREFUSED) {
        printf("refused\n");
        return 1;
    }
    if (error == ETIMEDOUT) {
        printf("no answer\n");
        return 1;
    }
    if (error != 0) {
        errno = error;
        die("connect %s:%u", host, port);
    }
    printf("connected\n");

    /* The limit was for the answer. From now on we have time. */
    if (fcntl(sockfd, F_SETFL, flags) == -1)
        die("fcntl F_SETFL");
    listen_to(sockfd);
    close(sockfd);
    return 0;
}
