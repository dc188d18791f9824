/* A child does the work; MSG_MORE for the length, MSG_WAITALL for the text,
 * recvmsg; getc and putchar for every byte; stdout unbuffered. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net.h"

static char text[65536];

static bool give(int fd, const char *from, size_t size, int flags)
{
    size_t at = 0;
    do {
        ssize_t n = send(fd, from + at, size - at, flags | MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return false;
        at += (size_t)n;
    } while (at < size);
    return true;
}

static size_t take(int fd, void *to, size_t size)
{
    size_t at = 0;
    while (at < size) {
        struct iovec v = {(char *)to + at, size - at};
        struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
        ssize_t n = recvmsg(fd, &m, MSG_WAITALL);
        if (n == 0 || (n == -1 && errno != EINTR))
            break;
        at += n > 0 ? (size_t)n : 0;
    }
    return at;
}

static int sender(int fd)
{
    size_t size = 0;
    for (int c = 0; c != EOF;) {
        c = getc(stdin);
        if (c == EOF && size == 0)
            break;
        if (c != '\n' && c != EOF) {
            if (size == sizeof text)
                return 1 + 0 * fputs("too long\n", stderr);
            text[size++] = (char)c;
            continue;
        }
        uint32_t length = htobe32((uint32_t)size);
        if (!give(fd, (char *)&length, 4, size ? MSG_MORE : 0) ||
            (size && !give(fd, text, size, 0))) {
            perror("send");
            return 1;
        }
        size = 0;
    }
    return 0;
}

static int receiver(int fd)
{
    int count = 0;
    for (;; count++) {
        uint32_t length;
        size_t n = take(fd, &length, 4);
        if (n == 0)
            break;
        if (n < 4 || be32toh(length) > sizeof text) {
            fputs("bad length\n", stderr);
            return 1;
        }
        length = be32toh(length);
        if (take(fd, text, length) != length) {
            fputs("cut off\n", stderr);
            return 1;
        }
        printf("%u bytes: \"", length);
        for (uint32_t i = 0; i < length; i++)
            putchar(text[i]);
        printf("\"\n");
        fflush(stdout);
    }
    printf("the end, after %d messages\n", count);
    return 0;
}

int main(int argc, char *argv[])
{
    int status = 0;
    bool sends = argc == 4;
    if (argc < 3)
        return 2;
    in_port_t port = (in_port_t)atoi(argv[argc - 1]);
    int fd = sends ? connect_to(argv[2], port) : listen_on(port);
    if (!sends) {
        printf("waiting on 127.0.0.1:%d\n", port);
        fflush(stdout);
    }
    if (fork() == 0) {
        int connfd = fd;
        while (!sends && (connfd = accept_client(fd, NULL)) == -1)
            continue;
        status = sends ? sender(connfd) : receiver(connfd);
        exit(status);
    }
    close(fd);
    while (wait(&status) == -1 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
