/* Asks for bytes, whatever the option is, and looks at how many there are. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define OPTION(level, name)                                                    \
    {                                                                          \
#name, #level, level, name                                             \
    }
static struct {
    const char *name, *level_name;
    int level, number;
} all[] = {OPTION(SOL_SOCKET, SO_REUSEADDR), OPTION(SOL_SOCKET, SO_KEEPALIVE),
           OPTION(SOL_SOCKET, SO_LINGER),    OPTION(SOL_SOCKET, SO_RCVBUF),
           OPTION(SOL_SOCKET, SO_SNDBUF),    OPTION(SOL_SOCKET, SO_RCVTIMEO),
           OPTION(SOL_SOCKET, SO_SNDTIMEO),  OPTION(SOL_SOCKET, SO_TYPE),
           OPTION(IPPROTO_IP, IP_TTL),       OPTION(IPPROTO_TCP, TCP_NODELAY),
           OPTION(IPPROTO_TCP, TCP_KEEPIDLE)};
static const char *switches = "SO_REUSEADDR SO_KEEPALIVE TCP_NODELAY";

int main(int argc, char **argv)
{
    int fd = socket(PF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP), bad = 0;
    for (char **wish = argv + 2; wish < argv + argc; wish++) {
        char *name = strtok(*wish, "="), *text = strtok(NULL, "=");
        long n = strtol(text, NULL, 10);
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            if (strcmp(all[i].name, name) != 0)
                continue;
            int one[2] = {(int)n, 0};
            struct timeval t = {n / 1000, n % 1000 * 1000};
            const void *value = one;
            socklen_t size = sizeof one[0];
            if (strstr(name, "TIMEO"))
                value = &t, size = sizeof t;
            if (strstr(name, "LINGER"))
                one[1] = one[0], one[0] = 1, size = sizeof one;
            if (setsockopt(fd, all[i].level, all[i].number, value, size)) {
                warn("%s", name);
                bad = 1;
            }
        }
    }
    struct sockaddr_in a = {0};
    a.sin_family = AF_INET;
    a.sin_port = htons((in_port_t)atoi(argv[1]));
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    if (bind(fd, (void *)&a, sizeof a))
        err(1, "bind");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char bytes[128];
        socklen_t size = sizeof bytes;
        printf("%s %s ", all[i].name, all[i].level_name);
        if (getsockopt(fd, all[i].level, all[i].number, bytes, &size)) {
            puts("unknown");
            continue;
        }
        int one, two;
        memcpy(&one, bytes, sizeof one);
        memcpy(&two, bytes + sizeof one, sizeof two);
        struct timeval t;
        memcpy(&t, bytes, sizeof t);
        if (size == sizeof t)
            printf("%lld ms\n",
                   (long long)t.tv_sec * 1000 + (long long)t.tv_usec / 1000);
        else if (size == 2 * sizeof one && one)
            printf("%d s\n", two);
        else if (size == 2 * sizeof one || strstr(switches, all[i].name))
            puts(one ? "on" : "off");
        else
            printf("%d\n", one);
    }
    return bad;
}
