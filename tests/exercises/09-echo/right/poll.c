/* Another family of calls: poll on both, so that the server's end is seen at
 * once; read and write; nothing of common/. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct buffer {
    char *data;
    size_t have, room;
};

/* 0 at the end; what was interrupted is tried again */
static ssize_t fill(int fd, struct buffer *b)
{
    if (b->room - b->have < 4096)
        b->data = realloc(b->data, b->room += 8192);
    ssize_t n;
    while ((n = read(fd, b->data + b->have, b->room - b->have - 1)) < 0)
        if (errno != EINTR)
            return 0;
    b->have += (size_t)n;
    return n;
}

static void put(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno != EINTR)
            err(1, "write");
        if (n > 0)
            data += n, size -= (size_t)n;
    }
}

static int move_line(struct buffer *b, int to)
{
    char *end = b->have ? memchr(b->data, '\n', b->have) : NULL;
    if (!end)
        return 0;
    size_t size = (size_t)(end - b->data) + 1;
    put(to, b->data, size);
    memmove(b->data, b->data + size, b->have -= size);
    return 1;
}

int main(int argc, char *argv[])
{
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM, 0), over = 0, unanswered = 0;
    struct sockaddr_in a = {.sin_family = AF_INET};
    if (argc != 3 || inet_pton(AF_INET, argv[1], &a.sin_addr) != 1)
        return 2;
    a.sin_port = htons((unsigned short)atoi(argv[2]));
    if (connect(fd, (struct sockaddr *)&a, sizeof a))
        err(1, "%s", argv[1]);
    struct buffer typed = {0}, said = {0};
    while (!over || unanswered || typed.have) {
        if (!unanswered && move_line(&typed, fd)) {
            unanswered = 1;
        } else if (!unanswered && over && typed.have) {
            typed.data[typed.have++] = '\n';
            continue;
        }
        if (unanswered && move_line(&said, 1)) {
            unanswered = 0;
            continue;
        }
        struct pollfd p[] = {{over || unanswered ? -1 : 0, POLLIN, 0},
                             {fd, POLLIN, 0}};
        if (poll(p, 2, -1) < 0)
            continue;
        if (p[0].revents && fill(0, &typed) == 0)
            over = 1;
        if (p[1].revents && fill(fd, &said) == 0)
            errx(1, "the server has gone");
    }
    free(typed.data), free(said.data);
    close(fd);
    return 0;
}
