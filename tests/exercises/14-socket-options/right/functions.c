/* A pair of functions for each type; SO_SNDTIMEO by way of poll-like rounding
 * down; a table of pointers; one write at the end. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"

static int fd;
static char out[4096];

static bool set_int(int level, int option, long n)
{
    int value = (int)n;
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static bool set_linger(int level, int option, long n)
{
    struct linger value = {1, (int)n};
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static bool set_time(int level, int option, long n)
{
    struct timeval value;
    timerclear(&value);
    for (; n >= 1000; n -= 1000)
        value.tv_sec++;
    value.tv_usec = n * 1000;
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static bool get_int(int level, int option, char *text)
{
    int value;
    socklen_t len = sizeof value;
    if (getsockopt(fd, level, option, &value, &len) != 0)
        return false;
    sprintf(text, "%d", value);
    return true;
}

static bool get_switch(int level, int option, char *text)
{
    if (!get_int(level, option, text))
        return false;
    strcpy(text, strcmp(text, "0") == 0 ? "off" : "on"); // NOLINT
    return true;
}

static bool get_linger(int level, int option, char *text)
{
    struct linger value;
    socklen_t len = sizeof value;
    if (getsockopt(fd, level, option, &value, &len) != 0)
        return false;
    sprintf(text, "%d s", value.l_linger);
    if (!value.l_onoff)
        strcpy(text, "off"); // NOLINT
    return true;
}

static bool get_time(int level, int option, char *text)
{
    struct timeval value;
    socklen_t len = sizeof value;
    if (getsockopt(fd, level, option, &value, &len) != 0)
        return false;
    sprintf(text, "%.0f ms",
            (double)value.tv_sec * 1e3 + (double)value.tv_usec / 1e3);
    return true;
}

static const struct {
    const char *name, *level_name;
    int level, option;
    bool (*set)(int, int, long);
    bool (*get)(int, int, char *);
} rows[] = {
    {"SO_REUSEADDR", "SOL_SOCKET", SOL_SOCKET, SO_REUSEADDR, set_int,
     get_switch},
    {"SO_KEEPALIVE", "SOL_SOCKET", SOL_SOCKET, SO_KEEPALIVE, set_int,
     get_switch},
    {"SO_LINGER", "SOL_SOCKET", SOL_SOCKET, SO_LINGER, set_linger, get_linger},
    {"SO_RCVBUF", "SOL_SOCKET", SOL_SOCKET, SO_RCVBUF, set_int, get_int},
    {"SO_SNDBUF", "SOL_SOCKET", SOL_SOCKET, SO_SNDBUF, set_int, get_int},
    {"SO_RCVTIMEO", "SOL_SOCKET", SOL_SOCKET, SO_RCVTIMEO, set_time, get_time},
    {"SO_SNDTIMEO", "SOL_SOCKET", SOL_SOCKET, SO_SNDTIMEO, set_time, get_time},
    {"SO_TYPE", "SOL_SOCKET", SOL_SOCKET, SO_TYPE, set_int, get_int},
    {"IP_TTL", "IPPROTO_IP", IPPROTO_IP, IP_TTL, set_int, get_int},
    {"TCP_NODELAY", "IPPROTO_TCP", IPPROTO_TCP, TCP_NODELAY, set_int,
     get_switch},
    {"TCP_KEEPIDLE", "IPPROTO_TCP", IPPROTO_TCP, TCP_KEEPIDLE, set_int,
     get_int},
    {NULL, NULL, 0, 0, NULL, NULL}};

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("sockopts PORT [NAME=VALUE]...");
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM},
                    *self;
    int code = getaddrinfo("127.0.0.1", argv[1], &hints, &self), failed = 0;
    if (code != 0)
        die_gai(code, "getaddrinfo");
    fd = socket(self->ai_family, self->ai_socktype, self->ai_protocol);
    for (int i = 2; i < argc; i++)
        for (int j = 0; rows[j].name != NULL; j++) {
            size_t length = strcspn(argv[i], "=");
            if (strlen(rows[j].name) != length ||
                memcmp(rows[j].name, argv[i], length) != 0)
                continue;
            if (!rows[j].set(rows[j].level, rows[j].option,
                             strtol(argv[i] + length + 1, NULL, 10))) {
                report("setsockopt");
                failed++;
            }
        }
    if (bind(fd, self->ai_addr, self->ai_addrlen) == -1)
        die("bind");
    freeaddrinfo(self);
    size_t length = 0;
    for (int j = 0; rows[j].name != NULL; j++) {
        char text[50];
        if (!rows[j].get(rows[j].level, rows[j].option, text))
            snprintf(text, sizeof text, "unknown");
        length +=
            (size_t)snprintf(out + length, sizeof out - length, "%s %s %s\n",
                             rows[j].name, rows[j].level_name, text);
    }
    if (write(1, out, length) != (ssize_t)length)
        return 3;
    return failed > 0;
}
