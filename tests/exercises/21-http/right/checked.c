/* Threads, and the other way to be safe: open first, then ask the kernel what
 * has been opened. Nothing can change between the two. mmap and sendmsg. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "request.h"

static char base[PATH_MAX];

static int inside(int fd)
{
    char link[40], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0)
        return 0;
    path[n] = 0;
    size_t len = strlen(base);
    return strncmp(path, base, len) == 0 && path[len] == '/';
}

static void *serve(void *argument)
{
    int fd = (int)(intptr_t)argument, file = -1, status = 431;
    char *text = malloc(HEAD_SIZE + 1), *map = NULL, line[200];
    struct request *request = calloc(1, sizeof *request);
    struct stat st = {0};
    size_t held = 0, head = 0;
    while (!head && held < HEAD_SIZE) {
        struct iovec one = {text + held, HEAD_SIZE - held};
        ssize_t n = readv(fd, &one, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            goto end;
        held += (size_t)n;
        text[held] = 0;
        head = head_length(text, held);
    }
    if (head)
        status = read_request(text, head, request);
    if (status == 200) {
        char path[PATH_MAX + HEAD_SIZE + 40];
        snprintf(path, sizeof path, "%s/%s", base, request->path);
        file = open(path, O_RDONLY | O_NONBLOCK);
        if (file < 0)
            status = errno == EACCES ? 403 : 404;
        else if (!inside(file))
            status = 403;
        else if (fstat(file, &st) < 0 || !S_ISREG(st.st_mode))
            status = 403;
    }
    size_t size = status == 200 ? (size_t)st.st_size : 0;
    if (size > 0) {
        map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (map == MAP_FAILED) {
            map = NULL;
            status = 500;
            size = 0;
        }
    }
    int n =
        snprintf(line, sizeof line,
                 "HTTP/1.0 %d x\r\nContent-Length: %zu\r\n\r\n", status, size);
    struct iovec parts[2] = {{line, (size_t)n}, {map, size}};
    if (request->method && strcmp(request->method, "HEAD") == 0)
        parts[1].iov_len = 0;
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        struct msghdr m = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t sent = sendmsg(fd, &m, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            break;
        for (int i = 0; i < 2; i++) {
            size_t step = (size_t)sent < parts[i].iov_len ? (size_t)sent
                                                          : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + step;
            parts[i].iov_len -= step;
            sent -= (ssize_t)step;
        }
    }
    if (map)
        munmap(map, (size_t)st.st_size);
end:
    free(text);
    free(request);
    if (file >= 0)
        close(file);
    close(fd);
    return NULL;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("kiosk PORT DIRECTORY");
    if (realpath(argv[2], base) == NULL)
        die("realpath %s", argv[2]);
    int door = listen_on(parse_port(argv[1]));
    printf("listening on 127.0.0.1:%s\n", argv[1]);
    for (;;) {
        pthread_t thread;
        int fd = accept_client(door, NULL);
        if (fd < 0)
            continue;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0)
            close(fd);
        else
            pthread_detach(thread);
    }
}
