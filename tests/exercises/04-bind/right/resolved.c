/* getaddrinfo for both names, select and read to wait, nothing from common/. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static int die(const char *what, int status)
{
    perror(what);
    exit(status);
}

static int hold(const char *host, const char *port, int type, char *number,
                size_t size, char *shown)
{
    struct addrinfo hints = {.ai_family = AF_INET,
                             .ai_socktype = type,
                             .ai_flags =
                                 AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *list;
    struct sockaddr_storage is;
    socklen_t length = sizeof is;
    if (getaddrinfo(host, port, &hints, &list))
        die("getaddrinfo", 2);
    int fd = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC,
                    list->ai_protocol);
    if (fd == -1)
        die("socket", 1);
    if (bind(fd, list->ai_addr, list->ai_addrlen)) {
        perror("bind");
        close(fd);
        fd = -1;
    }
    freeaddrinfo(list);
    if (fd == -1)
        return -1;
    if (getsockname(fd, (struct sockaddr *)&is, &length) == -1)
        die("getsockname", 1);
    getnameinfo((struct sockaddr *)&is, length, shown, NI_MAXHOST, number,
                (socklen_t)size, NI_NUMERICHOST | NI_NUMERICSERV);
    return fd;
}

int main(int argc, char **argv)
{
    char tcp[NI_MAXSERV], udp[NI_MAXSERV], at[NI_MAXHOST], there[NI_MAXHOST];
    if (argc < 2)
        return 2;
    const char *host = argc > 2 ? argv[1] : NULL, *port = argv[argc - 1];
    int one, other;
    do {
        one = hold(host, port, SOCK_STREAM, tcp, sizeof tcp, at);
        if (one == -1)
            return 1;
        other = hold(host, tcp, SOCK_DGRAM, udp, sizeof udp, there);
        if (other == -1) {
            if (strcmp(port, "0") != 0)
                return 1;
            close(one);
        }
    } while (other == -1);
    for (;;) {
        char typed[5000]; /* a terminal's line has 4,095 bytes at most */
        printf("tcp %s:%s\nudp %s:%s\n", at, tcp, there, udp);
        fflush(stdout);
        fd_set set;
        FD_ZERO(&set);
        FD_SET(0, &set);
        if (select(1, &set, NULL, NULL, NULL) == -1)
            die("select", 1);
        ssize_t n = read(0, typed, sizeof typed);
        if (n == -1)
            die("read", 1);
        if (n == 0)
            break;
    }
    close(one);
    close(other);
    return 0;
}
