/* Another way to be woken: the handler writes into a pipe. getaddrinfo; stdout
 * fully buffered; read and write. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int wake[2], listenfd;

static void handler(int number)
{
    int saved = errno;
    (void)!write(wake[1], &number, 1);
    errno = saved;
}

static void say(const char *text, int number)
{
    printf(text, number);
    fflush(stdout);
}

/* 0: fd is ready. Else how many signals have come by now. */
static int wait_for(int fd, short events)
{
    static int stops;
    struct pollfd all[2] = {{.fd = wake[0], .events = POLLIN},
                            {.fd = fd, .events = events}};
    for (;;) {
        if (poll(all, 2, -1) < 0)
            continue;
        if (all[0].revents == 0)
            return 0;
        char c;
        if (read(wake[0], &c, 1) == 1 && ++stops == 1) {
            close(listenfd);
            say("no more clients\n", 0);
            return 1;
        }
        if (stops > 1)
            return stops;
    }
}

static void serve(int fd)
{
    char buffer[777];
    for (;;) {
        int stops = wait_for(fd, POLLIN);
        if (stops > 1)
            return;
        if (stops == 1)
            continue;
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        for (char *at = buffer; n > 0;) {
            ssize_t m = write(fd, at, (size_t)n);
            if (m < 0 && errno != EINTR)
                return;
            if (m > 0) {
                at += m;
                n -= m;
            }
        }
    }
}

int main(int argc, char *argv[])
{
    static char buffer[10000];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (argc != 2 || pipe2(wake, O_NONBLOCK) != 0)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM},
                    *found;
    if (getaddrinfo(NULL, argv[1], &hints, &found) != 0)
        return 2;
    listenfd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listenfd, found->ai_addr, found->ai_addrlen) != 0 ||
        listen(listenfd, 5) != 0) {
        perror("bind");
        return EXIT_FAILURE;
    }
    freeaddrinfo(found);
    printf("open on 127.0.0.1:%s\n", argv[1]);
    fflush(stdout);
    for (int clients = 1; wait_for(listenfd, POLLIN) == 0;) {
        int fd = accept(listenfd, NULL, NULL);
        if (fd < 0)
            continue;
        serve(fd);
        close(fd);
        say("client %d is done\n", clients++);
        struct pollfd look = {.fd = listenfd, .events = POLLIN};
        if (poll(&look, 1, 0) == 1 && (look.revents & POLLNVAL))
            break;
    }
    say("stopped\n", 0);
    return 0;
}
