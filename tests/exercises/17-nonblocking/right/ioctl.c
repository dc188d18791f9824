/* FIONBIO in place of fcntl, ppoll with the rest of a limit, and getpeername
 * before SO_ERROR. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("hail MS HOST PORT");
    long ms = parse_number(argv[1], 1, 60000, "MS");
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(parse_port(argv[3]))};
    if (inet_pton(AF_INET, argv[2], &to.sin_addr) != 1)
        usage("hail MS HOST PORT");
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    ioctl(fd, FIONBIO, &on);
    struct timespec end, now, left;
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long stop = end.tv_sec * 1000000000LL + end.tv_nsec + ms * 1000000LL;
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1 &&
        errno != EINPROGRESS)
        die("connect");
    int ready;
    struct pollfd wanted = {.fd = fd, .events = POLLOUT | POLLIN};
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
        long long rest = stop - (now.tv_sec * 1000000000LL + now.tv_nsec);
        if (rest < 0)
            rest = 0;
        left.tv_sec = rest / 1000000000;
        left.tv_nsec = rest % 1000000000;
        ready = ppoll(&wanted, 1, &left, NULL);
    } while (ready == -1);
    socklen_t len = sizeof to;
    if (ready == 0 || getpeername(fd, (struct sockaddr *)&to, &len) == -1) {
        int error = ETIMEDOUT;
        len = sizeof error;
        if (ready != 0)
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
        if (error != ECONNREFUSED && error != ETIMEDOUT) {
            errno = error;
            die("connect");
        }
        puts(error == ECONNREFUSED ? "refused" : "no answer");
        return 1;
    }
    on = 0;
    ioctl(fd, FIONBIO, &on);
    (void)!write(1, "connected\n", 10);
    char c[65536];
    for (;;) {
        ssize_t n = recv(fd, c, sizeof c, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("recv");
        if (n == 0)
            return 0;
        for (ssize_t at = 0, m; at < n; at += m)
            if ((m = write(1, c + at, (size_t)(n - at))) < 0)
                m = 0;
    }
}
