/* SOCK_NONBLOCK, select, and a second connect that tells how the first one
 * ended. The socket stays non-blocking. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static double now(void)
{
    struct timeval t;
    gettimeofday(&t, NULL);
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char *argv[])
{
    if (argc != 4)
        return 2;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((in_port_t)atoi(argv[3]))};
    inet_aton(argv[2], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    double end = now() + atof(argv[1]) / 1000;
    int error = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    while (error == EINPROGRESS || error == EALREADY) {
        double left = end - now();
        if (left <= 0) {
            puts("no answer");
            return 1;
        }
        struct timeval limit = {
            (time_t)left, (suseconds_t)((left - (double)(time_t)left) * 1e6)};
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fd, &set);
        if (select(fd + 1, NULL, &set, NULL, &limit) == 1)
            error =
                connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    }
    if (error == ECONNREFUSED || error == ETIMEDOUT) {
        puts(error == ETIMEDOUT ? "no answer" : "refused");
        return 1;
    }
    if (error != 0 && error != EISCONN) {
        errno = error;
        perror("connect");
        return 1;
    }
    puts("connected");
    for (;;) {
        char buffer[100];
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fd, &set);
        fflush(stdout);
        if (select(fd + 1, &set, NULL, NULL, NULL) < 0)
            continue;
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n > 0)
            fwrite(buffer, 1, (size_t)n, stdout);
        else if (n == 0)
            return 0;
        else if (errno != EAGAIN && errno != EINTR)
            break;
    }
    perror("read");
    return 1;
}
