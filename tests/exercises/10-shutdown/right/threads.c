/* Another structure: the client's answer is read by a thread; the server keeps
 * the whole text in memory before it counts; recvmsg, sendmsg, poll. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static ssize_t take(int fd, char *to, size_t room)
{
    struct iovec half[2] = {{to, room / 2}, {to + room / 2, room - room / 2}};
    struct msghdr message = {.msg_iov = half, .msg_iovlen = 2};
    for (;;) {
        ssize_t n = recvmsg(fd, &message, 0);
        if (n >= 0)
            return n;
        if (errno == EAGAIN)
            poll(&(struct pollfd){fd, POLLIN, 0}, 1, -1);
        else if (errno != EINTR)
            err(1, "recvmsg");
    }
}

static void give(int fd, char *text, size_t size)
{
    struct iovec all = {text, size};
    struct msghdr message = {.msg_iov = &all, .msg_iovlen = 1};
    while (all.iov_len > 0) {
        ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (n >= 0) {
            all.iov_base = (char *)all.iov_base + n;
            all.iov_len -= (size_t)n;
        } else if (errno == EAGAIN)
            poll(&(struct pollfd){fd, POLLOUT, 0}, 1, -1);
        else if (errno != EINTR)
            err(1, "sendmsg");
    }
}

static char *larger(char *text, size_t room)
{
    char *more = realloc(text, room);
    if (more == NULL)
        err(1, "realloc");
    return more;
}

static int is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void *answer(void *arg)
{
    char text[300];
    ssize_t n, all = 0;
    while ((n = take(*(int *)arg, text, sizeof text)) > 0) {
        if (write(1, text, (size_t)n) != n)
            err(1, "write");
        all += n;
    }
    if (all == 0)
        errx(1, "no answer");
    return NULL;
}

int main(int argc, char *argv[])
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    if (argc < 2 || argc > 3)
        errx(2, "usage: count [HOST] PORT");
    inet_pton(AF_INET, argc == 3 ? argv[1] : "127.0.0.1", &a.sin_addr);
    a.sin_port = htons((in_port_t)atoi(argv[argc - 1]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t size = 0, room = 1 << 16;
    char *text = malloc(room);
    if (argc == 3) {
        pthread_t thread;
        if (connect(fd, (void *)&a, sizeof a))
            err(1, "connect");
        pthread_create(&thread, NULL, answer, &fd);
        for (ssize_t n; (n = read(0, text, room)) > 0;)
            give(fd, text, (size_t)n);
        shutdown(fd, SHUT_WR);
        pthread_join(thread, NULL);
        free(text);
        return 0;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (void *)&a, sizeof a) || listen(fd, 5))
        err(1, "%s", argv[1]);
    dprintf(1, "listening on 127.0.0.1:%s\n", argv[1]);
    int c;
    while ((c = accept(fd, NULL, NULL)) < 0)
        ;
    fcntl(c, F_SETFL, O_NONBLOCK);
    for (ssize_t n; (n = take(c, text + size, room - size)) > 0;
         size += (size_t)n)
        if (room - size - (size_t)n < 4096)
            text = larger(text, room *= 2);
    long lines = 0, words = 0;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
        words += !is_blank(text[i]) && (i == 0 || is_blank(text[i - 1]));
    }
    size = (size_t)snprintf(text, room, "%ld %ld %zu\n", lines, words, size);
    give(c, text, size);
    close(c);
    free(text);
    return 0;
}
