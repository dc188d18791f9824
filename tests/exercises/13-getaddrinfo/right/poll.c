/* All addresses of IPv4, then of IPv6, each by a function of its own that
 * knows its family; poll, read, write. AI_ADDRCONFIG. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const void *address, int family, unsigned port)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(family, address, text, sizeof text);
    printf("connected to %s port %u\n", text, ntohs((in_port_t)port));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct addrinfo hints, *list, *i;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = PF_UNSPEC;
    hints.ai_protocol = IPPROTO_TCP;
    hints.ai_flags = AI_ADDRCONFIG | AI_CANONNAME;
    if (argc != 3)
        return 2;
    int e = getaddrinfo(argv[1], argv[2], &hints, &list), fd = -1;
    if (e) {
        fprintf(stderr, "%s %s: %s\n", argv[1], argv[2], gai_strerror(e));
        exit(EXIT_FAILURE);
    }
    for (i = list; i; i = i->ai_next) {
        fd = socket(i->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue;
        if (!connect(fd, i->ai_addr, i->ai_addrlen))
            break;
        close(fd);
    }
    if (!i) {
        fprintf(stderr, "nobody answers\n");
        freeaddrinfo(list);
        return 1;
    }
    struct sockaddr_storage a;
    memcpy(&a, i->ai_addr, i->ai_addrlen);
    freeaddrinfo(list);
    struct sockaddr_in *four = (void *)&a;
    struct sockaddr_in6 *six = (void *)&a;
    if (a.ss_family == AF_INET)
        say(&four->sin_addr, AF_INET, four->sin_port);
    else
        say(&six->sin6_addr, AF_INET6, six->sin6_port);
    for (;;) {
        char c[100];
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, -1) < 0)
            continue;
        ssize_t n = read(fd, c, sizeof c), done = 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            perror("read");
        if (n <= 0)
            return n != 0;
        while (done < n) {
            ssize_t w = write(1, c + done, (size_t)(n - done));
            if (w < 0)
                return 1;
            done += w;
        }
    }
}
