/* A handler that does nothing; number and text by writev, select for the pause;
 * stdout fully buffered and flushed; shutdown before close. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void nothing(int signum)
{
    (void)signum;
}

/* How many bytes of both went; *gone if the rest never will. */
static size_t send_both(int fd, char *number, char *text, int *gone)
{
    struct iovec v[2] = {{number, strlen(number)}, {text, strlen(text)}};
    size_t sent = 0;
    for (int i = 0; i < 2;) {
        ssize_t n = writev(fd, v + i, 2 - i);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *gone = 1;
            break;
        }
        sent += (size_t)n;
        while (i < 2 && (size_t)n >= v[i].iov_len)
            n -= (ssize_t)v[i++].iov_len;
        if (i < 2) {
            v[i].iov_base = (char *)v[i].iov_base + n;
            v[i].iov_len -= (size_t)n;
        }
    }
    return sent;
}

int main(int argc, char *argv[])
{
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    struct sigaction quiet = {.sa_handler = nothing, .sa_flags = SA_RESTART};
    sigaction(SIGPIPE, &quiet, NULL);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM},
                    *self;
    if (argc != 4 || getaddrinfo("127.0.0.1", argv[1], &hints, &self) != 0)
        return 2;
    int fd = socket(self->ai_family, self->ai_socktype, self->ai_protocol);
    if (bind(fd, self->ai_addr, self->ai_addrlen) != 0 ||
        listen(fd, SOMAXCONN) != 0) {
        perror("feed");
        return 1;
    }
    freeaddrinfo(self);
    printf("feeding on 127.0.0.1:%s\n", argv[1]);
    fflush(stdout);
    size_t size = strlen(argv[3]);
    char *text = malloc(size + 3);
    text[0] = ' ';
    memcpy(text + 1, argv[3], size);
    memcpy(text + 1 + size, "\n", 2);
    for (;;) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        int c = accept4(fd, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC);
        if (c < 0)
            continue;
        char host[NI_MAXHOST], port[NI_MAXSERV], number[30];
        getnameinfo((struct sockaddr *)&peer, length, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
        printf("%s:%s came\n", host, port);
        fflush(stdout);
        size_t sent = 0;
        for (int i = 1, gone = 0; !gone; i++) {
            sprintf(number, "%d", i);
            sent += send_both(c, number, text, &gone);
            long ms = atol(argv[2]);
            struct timeval pause = {ms / 1000, ms % 1000 * 1000};
            if (!gone)
                select(0, NULL, NULL, NULL, &pause);
        }
        shutdown(c, SHUT_RDWR);
        close(c);
        printf("%s:%s left after %zu bytes\n", host, port, sent);
        fflush(stdout);
    }
}
