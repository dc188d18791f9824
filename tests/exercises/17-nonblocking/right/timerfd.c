/* epoll with a timerfd beside the socket; then the socket as a FILE. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc != 4)
        return 2;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST},
                    *found;
    if (getaddrinfo(argv[2], argv[3], &hints, &found) != 0)
        return 2;
    int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    long ms = atol(argv[1]);
    struct itimerspec limit = {.it_value = {ms / 1000, ms % 1000 * 1000000}};
    int timer = timerfd_create(CLOCK_MONOTONIC, 0), ep = epoll_create1(0);
    timerfd_settime(timer, 0, &limit, NULL);

    int error = connect(fd, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    freeaddrinfo(found);
    if (error == EINPROGRESS) {
        struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
        epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
        event.events = EPOLLIN;
        event.data.fd = timer;
        epoll_ctl(ep, EPOLL_CTL_ADD, timer, &event);
        while (epoll_wait(ep, &event, 1, -1) != 1)
            ;
        error = ETIMEDOUT;
        if (event.data.fd == fd)
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error,
                       &(socklen_t){sizeof error});
    }
    close(timer);
    close(ep);
    if (error != 0) {
        if (error == ECONNREFUSED)
            printf("refused\n");
        else if (error == ETIMEDOUT)
            printf("no answer\n");
        else
            fprintf(stderr, "hail: %s\n", strerror(error));
        return 1;
    }
    fcntl(fd, F_SETFL, flags);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("connected\n");
    FILE *in = fdopen(fd, "r");
    setvbuf(in, NULL, _IONBF, 0);
    for (;;) {
        int c = getc(in);
        if (c != EOF) {
            putchar(c);
        } else if (ferror(in) && errno == EINTR) {
            clearerr(in);
        } else {
            int failed = ferror(in);
            if (failed)
                perror("hail");
            fclose(in);
            return failed ? 1 : 0;
        }
    }
}
