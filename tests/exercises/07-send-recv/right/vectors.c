/* Another family of calls: writev, readv with MSG_WAITALL's luck not counted
 * on; malloc per message; nothing of common/. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Move all of it, with the vector shortened as it goes. */
static int move(int fd, ssize_t (*call)(int, const struct iovec *, int),
                struct iovec *v, int n)
{
    size_t moved = 0;
    while (n > 0) {
        if (v->iov_len == 0) {
            v++, n--;
            continue;
        }
        ssize_t done = call(fd, v, n);
        if (done == -1 && errno == EINTR)
            continue;
        if (done <= 0)
            return done == 0 && moved == 0 ? 0 : -1;
        moved += (size_t)done;
        while (n > 0 && (size_t)done >= v->iov_len) {
            done -= (ssize_t)v->iov_len;
            v++, n--;
        }
        if (n > 0) {
            v->iov_base = (char *)v->iov_base + done;
            v->iov_len -= (size_t)done;
        }
    }
    return 1;
}

static int receive(int fd)
{
    for (int count = 0;; count++) {
        uint8_t h[4];
        struct iovec head = {h, 4};
        int good = move(fd, readv, &head, 1);
        if (good == 0)
            return printf("the end, after %d messages\n", count) < 0;
        uint32_t size = (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 |
                        (uint32_t)h[2] << 8 | h[3];
        if (good < 0 || size > 65536)
            errx(1, "no good length");
        char *text = malloc(size + 1);
        struct iovec body = {text, size};
        if (size > 0 && move(fd, readv, &body, 1) <= 0)
            errx(1, "cut off");
        printf("%u bytes: \"", size);
        fwrite(text, size, 1, stdout);
        puts("\"");
        fflush(stdout);
        free(text);
    }
}

static int send_lines(int fd)
{
    char *line = NULL;
    size_t room;
    ssize_t n;
    while ((n = getdelim(&line, &room, '\n', stdin)) >= 0) {
        n -= line[n - 1] == '\n';
        if (n > 65536)
            errx(1, "a line of %zd bytes", n);
        uint32_t size = htonl((uint32_t)n);
        struct iovec both[2] = {{&size, sizeof size}, {line, (size_t)n}};
        if (move(fd, writev, both, 2) <= 0)
            err(1, "writev");
    }
    free(line);
    return 0;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (argc < 3)
        errx(2, "usage");
    a.sin_port = htons((in_port_t)atoi(argv[argc - 1]));
    if (strcmp(argv[1], "send") == 0)
        return connect(fd, (void *)&a, sizeof a) ? 1 : send_lines(fd);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (void *)&a, sizeof a) || listen(fd, 1))
        err(1, "%s", argv[2]);
    printf("waiting on 127.0.0.1:%s\n", argv[2]);
    fflush(stdout);
    return receive(accept(fd, NULL, NULL));
}
