/* A child sets the options and binds; it shares the socket with its parent, who
 * prints the table. A switch of names, no table. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net.h"

static const char *names[] = {"SO_REUSEADDR", "SO_KEEPALIVE", "SO_LINGER",
                              "SO_RCVBUF",    "SO_SNDBUF",    "SO_RCVTIMEO",
                              "SO_SNDTIMEO",  "SO_TYPE",      "IP_TTL",
                              "TCP_NODELAY",  "TCP_KEEPIDLE"};
static const int numbers[] = {SO_REUSEADDR, SO_KEEPALIVE, SO_LINGER,
                              SO_RCVBUF,    SO_SNDBUF,    SO_RCVTIMEO,
                              SO_SNDTIMEO,  SO_TYPE,      IP_TTL,
                              TCP_NODELAY,  TCP_KEEPIDLE};

static int level_of(int i)
{
    return i < 8 ? SOL_SOCKET : i == 8 ? IPPROTO_IP : IPPROTO_TCP;
}

static void child(int s, int argc, char **argv)
{
    int wrong = 0;
    for (int a = 2; a < argc; a++) {
        for (int i = 0; i < 11; i++) {
            size_t n = strlen(names[i]);
            if (strncmp(argv[a], names[i], n) != 0 || argv[a][n] != '=')
                continue;
            long v = atol(argv[a] + n + 1);
            int result, one = (int)v;
            if (i == 2) {
                struct linger l = {.l_onoff = 7, .l_linger = one};
                result = setsockopt(s, level_of(i), numbers[i], &l, sizeof l);
            } else if (i == 5 || i == 6) {
                struct timeval t = {.tv_sec = v / 1000};
                t.tv_usec = (v - t.tv_sec * 1000) * 1000;
                result = setsockopt(s, level_of(i), numbers[i], &t, sizeof t);
            } else {
                result =
                    setsockopt(s, level_of(i), numbers[i], &one, sizeof one);
            }
            if (result != 0) {
                perror(names[i]);
                wrong = 1;
            }
        }
    }
    struct sockaddr_in a = {.sin_family = AF_INET};
    a.sin_port = htons((in_port_t)atoi(argv[1]));
    a.sin_addr.s_addr = inet_addr("127.0.0.1");
    if (bind(s, (struct sockaddr *)&a, sizeof a) != 0) {
        perror("bind");
        _exit(2);
    }
    _exit(wrong);
}

int main(int argc, char **argv)
{
    int s = socket(AF_INET, SOCK_STREAM, 0), status;
    pid_t pid = fork();
    if (pid == 0)
        child(s, argc, argv);
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 2)
        return 1;
    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 0; i < 11; i++) {
        struct {
            int a, b;
        } pair = {0, 0};
        struct timeval t = {0, 0};
        int is_time = i == 5 || i == 6, result;
        socklen_t room = is_time  ? sizeof t
                         : i == 2 ? sizeof pair
                                  : sizeof(int);
        result = getsockopt(s, level_of(i), numbers[i],
                            is_time ? (void *)&t : (void *)&pair, &room);
        fputs(names[i], stdout);
        fputs(i < 8    ? " SOL_SOCKET "
              : i == 8 ? " IPPROTO_IP "
                       : " IPPROTO_TCP ",
              stdout);
        if (result == -1 && errno == ENOPROTOOPT)
            puts("unknown");
        else if (is_time)
            printf("%ld ms\n", (long)t.tv_sec * 1000L + t.tv_usec / 1000L);
        else if (i == 2 && pair.a)
            printf("%d s\n", pair.b);
        else if (i <= 2 || i == 9)
            puts(pair.a ? "on" : "off");
        else
            printf("%i\n", pair.a);
    }
    return WEXITSTATUS(status);
}
