/* poll in slices of a limit that was fixed at the start, connect in a thread of
 * its own; what comes is read with MSG_DONTWAIT from a socket that never
 * blocks.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int fd;
static struct sockaddr_in to = {.sin_family = AF_INET};

static void *call(void *error)
{
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1)
        *(int *)error = errno;
    return NULL;
}

static int failed(const char *call, int error)
{
    errno = error;
    perror(call);
    return 1;
}

int main(int argc, char *argv[])
{
    if (argc != 4)
        return 2;
    long end = now() + atol(argv[1]);
    to.sin_port = htons((in_port_t)atoi(argv[3]));
    inet_pton(AF_INET, argv[2], &to.sin_addr);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct pollfd wanted = {.fd = fd, .events = POLLOUT};
    int error = 0;
    pthread_t caller;
    if (pthread_create(&caller, NULL, call, &error) != 0)
        return failed("pthread_create", EAGAIN);
    pthread_join(caller, NULL);
    if (error != 0 && error != EINPROGRESS)
        return failed("connect", error);
    while (poll(&wanted, 1, 100) < 1)
        if (now() >= end)
            return puts("no answer") < 0 ? 2 : 1;
    socklen_t len = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error == ECONNREFUSED || error == ETIMEDOUT) {
        puts(error == ETIMEDOUT ? "no answer" : "refused");
        return 1;
    }
    if (error != 0)
        return failed("connect", error);
    puts("connected");
    wanted.events = POLLIN;
    for (;;) {
        char buffer[512];
        ssize_t n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n == 0)
            return 0;
        if (n > 0)
            fwrite(buffer, 1, (size_t)n, stdout);
        else if (errno == EAGAIN)
            fflush(stdout), poll(&wanted, 1, -1);
        else if (errno != EINTR)
            return failed("recv", errno);
    }
}
