/* One process and poll; without common/. A whole answer, file and all, is put
 * together in memory. It reads requests by itself, and ends its own side before
 * it closes, as the lesson's server does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 512, ROOM = 8192 };

static struct pollfd all[MOST];
static struct {
    char in[ROOM + 1];
    size_t held;
    char *out;
    size_t size, sent;
    int over;
} of[MOST];
static nfds_t count = 1;
static int root;

static int file_below(char *path, struct stat *st)
{
    int at = dup(root);
    for (char *name = strtok(path, "/"); name; name = strtok(NULL, "/")) {
        int fd = strcmp(name, "..") == 0
                     ? -1
                     : openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
        close(at);
        if (fd < 0)
            return -1;
        at = fd;
    }
    if (fstat(at, st) == 0 && S_ISREG(st->st_mode))
        return at;
    close(at);
    return -1;
}

static int unhex(int c)
{
    return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

static void answer(nfds_t i)
{
    char method[16] = "", name[ROOM] = "", path[ROOM + 20] = "",
         version[16] = "";
    struct stat st = {0};
    int status = 400, fd = -1;
    if (of[i].held == ROOM && !strstr(of[i].in, "\r\n\r\n"))
        status = 431;
    else if (sscanf(of[i].in, "%15[A-Z] /%8191[!-~] %15[HTP/1.0]", method, name,
                    version) == 3 ||
             sscanf(of[i].in, "%15[A-Z] / %15[HTP/1.0]", method, version) ==
                 2) {
        char *to = path;
        status = strcmp(method, "GET") && strcmp(method, "HEAD") ? 501 : 404;
        for (char *c = name; *c && *c != '?'; c++)
            if (*c == '%' && isxdigit((unsigned char)c[1]) &&
                isxdigit((unsigned char)c[2])) {
                *to++ = (char)(unhex(c[1]) * 16 + unhex(c[2]));
                c += 2;
            } else {
                *to++ = *c;
            }
        if (to == path || to[-1] == '/')
            strcpy(to, "index.html");
        if (status == 404 && (fd = file_below(path, &st)) >= 0)
            status = 200;
    }
    size_t size = status == 200 ? (size_t)st.st_size : 6;
    of[i].out = malloc(size + 200);
    if (!of[i].out)
        abort();
    int n = sprintf(of[i].out,
                    "HTTP/1.1 %d -\r\nX: %zu\r\nContent-Length: %zu\r\n\r\n",
                    status, size, size);
    of[i].size = (size_t)n;
    if (strcmp(method, "HEAD") != 0 && fd < 0)
        of[i].size += (size_t)sprintf(of[i].out + n, "sorry\n");
    else if (strcmp(method, "HEAD") != 0)
        for (size_t got = 0; got < size;) {
            ssize_t r = read(fd, of[i].out + n + got, size - got);
            if (r <= 0 && errno != EINTR)
                break;
            got += r > 0 ? (size_t)r : 0;
            of[i].size = (size_t)n + got;
        }
    if (fd >= 0)
        close(fd);
    all[i].events = POLLOUT;
}

static void gone(nfds_t i)
{
    close(all[i].fd);
    free(of[i].out);
    count--;
    all[i] = all[count];
    of[i] = of[count];
}

/* 0: it is over with this client */
static int serve(nfds_t i)
{
    static char waste[65536];
    ssize_t n;
    if (of[i].over) {
        n = recv(all[i].fd, waste, sizeof waste, MSG_DONTWAIT);
        return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
    }
    if (!of[i].out) {
        n = recv(all[i].fd, of[i].in + of[i].held, ROOM - of[i].held,
                 MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        if (n == 0)
            return 0;
        of[i].held += (size_t)n;
        of[i].in[of[i].held] = 0;
        if (of[i].held == ROOM || memmem(of[i].in, of[i].held, "\r\n\r\n", 4))
            answer(i);
        return 1;
    }
    n = send(all[i].fd, of[i].out + of[i].sent, of[i].size - of[i].sent,
             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    of[i].sent += (size_t)n;
    if (of[i].sent < of[i].size)
        return 1;
    of[i].over = 1;
    all[i].events = POLLIN;
    return shutdown(all[i].fd, SHUT_WR) == 0;
}

int main(int argc, char *argv[])
{
    if (argc != 3 || (root = open(argv[2], O_RDONLY | O_DIRECTORY)) < 0)
        return 2;
    int on = 1;
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons((in_port_t)atoi(argv[1])),
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    all[0].fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    all[0].events = POLLIN;
    setsockopt(all[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(all[0].fd, (void *)&self, sizeof self) < 0 ||
        listen(all[0].fd, 100) < 0) {
        perror("listen");
        return 1;
    }
    dprintf(1, "listening on 127.0.0.1:%s\n", argv[1]);
    for (;;) {
        if (poll(all, count, -1) < 0)
            continue;
        for (nfds_t i = count; i-- > 1;)
            if (all[i].revents && !serve(i))
                gone(i);
        if (all[0].revents && count < MOST) {
            int fd = accept(all[0].fd, NULL, NULL);
            if (fd < 0)
                continue;
            all[count] = (struct pollfd){fd, POLLIN, 0};
            memset(&of[count++], 0, sizeof of[0]);
        }
    }
}
