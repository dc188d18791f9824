/* Another family of calls: poll, accept4, getpeername, writev; nothing of common/. */
#define _GNU_SOURCE /* accept4 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc != 3)
        errx(2, "usage: doorman PORT N");
    int n = atoi(argv[2]), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((in_port_t)atoi(argv[1])),
                            .sin_addr.s_addr = inet_addr("127.0.0.1")};
    signal(SIGPIPE, SIG_IGN);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (fd < 0 || bind(fd, (void *)&a, sizeof a) < 0 || listen(fd, 16) < 0)
        err(1, "127.0.0.1:%s", argv[1]);
    dprintf(1, "waiting for %d clients on 127.0.0.1:%s\n", n, argv[1]);
    for (int i = 1; i <= n;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, -1) < 0)
            continue;
        int c = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (c < 0) {
            if (errno == EMFILE || errno == ENFILE)
                poll(NULL, 0, 50);
            continue;
        }
        char text[64], host[INET_ADDRSTRLEN] = "?";
        socklen_t len = sizeof a;
        if (getpeername(c, (void *)&a, &len) == 0)
            inet_ntop(AF_INET, &a.sin_addr, host, sizeof host);
        int size = sprintf(text, "you are client %d of %d, from %s:%d\n", i, n,
                           host, ntohs(a.sin_port));
        for (int at = 0; at < size;) {
            struct iovec v = {text + at, (size_t)(size - at)};
            ssize_t sent = writev(c, &v, 1);
            if (sent < 0 && errno != EINTR)
                break;
            if (sent > 0)
                at += (int)sent;
        }
        shutdown(c, SHUT_WR);
        close(c);
        i++;
    }
    return puts("all greeted") < 0;
}
