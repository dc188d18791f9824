/* Another structure: poll, whatever comes into one buffer, messages cut out of
 * it; TCP_NODELAY and two sends; write for output. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536 };

static void say(const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(1, text, size);
        if (n <= 0)
            exit(1);
        text += n;
        size -= (size_t)n;
    }
}

static size_t length_at(const unsigned char *p)
{
    return ((size_t)p[0] << 24) + ((size_t)p[1] << 16) + ((size_t)p[2] << 8) +
           p[3];
}

/* Print and remove the whole messages in buffer. */
static size_t cut(unsigned char *buffer, size_t used, long *count)
{
    while (used >= 4) {
        size_t size = length_at(buffer);
        if (size > MOST) {
            fputs("too long\n", stderr);
            exit(1);
        }
        if (used < 4 + size)
            break;
        char head[40];
        say(head, (size_t)sprintf(head, "%zu bytes: \"", size));
        say((char *)buffer + 4, size);
        say("\"\n", 2);
        memmove(buffer, buffer + 4 + size, used -= 4 + size);
        ++*count;
    }
    return used;
}

static int receive(int fd)
{
    static unsigned char buffer[2 * MOST];
    size_t used = 0;
    long count = 0;
    for (;;) {
        struct pollfd p = {fd, POLLIN, 0};
        if (poll(&p, 1, -1) < 0)
            continue;
        ssize_t n = recv(fd, buffer + used, sizeof buffer - used, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            break;
        used = cut(buffer, used + (size_t)n, &count);
    }
    if (used > 0) {
        fputs("something is missing\n", stderr);
        return 1;
    }
    char end[60];
    say(end, (size_t)sprintf(end, "the end, after %ld messages\n", count));
    return 0;
}

static void send_it(int fd, const void *data, size_t size)
{
    for (const char *at = data; size > 0;) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) {
            perror("send");
            exit(1);
        }
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
    }
}

static void send_line(int fd, const char *line, size_t size)
{
    unsigned char head[4] = {0, (unsigned char)(size >> 16),
                             (unsigned char)(size >> 8), (unsigned char)size};
    if (size > MOST) {
        fputs("too long\n", stderr);
        exit(1);
    }
    send_it(fd, head, 4);
    send_it(fd, line, size);
}

static int send_lines(int fd)
{
    static char line[MOST + 1];
    size_t used = 0;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    for (;;) {
        ssize_t n = read(0, line + used, sizeof line - used);
        if (n <= 0)
            break;
        used += (size_t)n;
        for (char *end; (end = memchr(line, '\n', used)) != NULL;) {
            size_t size = (size_t)(end - line);
            send_line(fd, line, size);
            memmove(line, end + 1, used -= size + 1);
        }
        if (used == sizeof line)
            send_line(fd, line, used);
    }
    if (used > 0)
        send_line(fd, line, used);
    return shutdown(fd, SHUT_WR);
}

int main(int argc, char *argv[])
{
    int sends = argc == 4 && strcmp(argv[1], "send") == 0;
    if (argc != 3 + sends)
        return 2;
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM},
                    *to;
    if (getaddrinfo(sends ? argv[2] : "127.0.0.1", argv[argc - 1], &hints,
                    &to) != 0)
        return 1;
    int fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol), bad;
    if (sends)
        bad = connect(fd, to->ai_addr, to->ai_addrlen);
    else
        bad = bind(fd, to->ai_addr, to->ai_addrlen) || listen(fd, 5);
    freeaddrinfo(to);
    if (bad)
        return 1;
    if (sends)
        return send_lines(fd) == 0 ? 0 : 1;
    char text[60];
    say(text, (size_t)sprintf(text, "waiting on 127.0.0.1:%s\n", argv[2]));
    return receive(accept(fd, NULL, NULL));
}
