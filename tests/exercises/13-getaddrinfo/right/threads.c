/* Asks for each family by itself, IPv6 first; a child receives, a thread in it
 * prints. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int fd = -1;

static void *print(void *nothing)
{
    (void)nothing;
    static char data[70000];
    for (;;) {
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fd, &set);
        if (select(fd + 1, &set, NULL, NULL, NULL) == -1)
            continue;
        struct iovec part = {data, sizeof data};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        ssize_t n = recvmsg(fd, &message, 0);
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1)
            err(1, "recvmsg");
        if (n == 0)
            _exit(0);
        for (ssize_t i = 0; i < n;) {
            ssize_t w = write(STDOUT_FILENO, data + i, (size_t)(n - i));
            if (w == -1)
                err(1, "write");
            i += w;
        }
    }
}

int main(int argc, char *argv[])
{
    (void)argc;
    int families[] = {AF_INET6, AF_INET}, code = 0, last = 0, some = 0;
    for (int i = 0; i < 2 && fd == -1; i++) {
        struct addrinfo hints = {.ai_family = families[i],
                                 .ai_socktype = SOCK_STREAM},
                        *list = NULL;
        code = getaddrinfo(argv[1], argv[2], &hints, &list);
        if (code == 0)
            some = 1;
        else if (!some && (last == 0 || code == EAI_SERVICE))
            last = code;
        for (struct addrinfo *ai = list; ai && fd == -1; ai = ai->ai_next) {
            fd = socket(ai->ai_family, SOCK_STREAM, 0);
            char host[99], port[9];
            if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0) {
                getnameinfo(ai->ai_addr, ai->ai_addrlen, host, sizeof host,
                            port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
                dprintf(1, "connected to %s port %s\n", host, port);
            } else {
                warn("connect");
                close(fd);
                fd = -1;
            }
        }
        if (list)
            freeaddrinfo(list);
    }
    if (fd == -1 && !some)
        errx(1, "%s", gai_strerror(last));
    if (fd == -1)
        errx(1, "nobody");
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, print, NULL);
        pthread_join(thread, NULL);
    }
    int status;
    while (waitpid(child, &status, 0) == -1 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
