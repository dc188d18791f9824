/* The asking side has a connected socket and SO_RCVTIMEO; the other one keeps
 * every question in a list, and looks it up; nothing of common/. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct order {
    struct order *next;
    struct sockaddr_storage from;
    socklen_t fromlen;
    char number[24], answer[1100];
};

/* The length of the number that the datagram begins with, 0 for none. */
static size_t number_in(const char *data)
{
    size_t n = strspn(data, "0123456789");
    return n > 0 && n < 20 && data[0] != '0' && data[n] == ' ' ? n : 0;
}

static int take_orders(const struct addrinfo *own, const char *port)
{
    struct order *orders = NULL;
    unsigned count = 0;
    int fd = socket(own->ai_family, own->ai_socktype, own->ai_protocol);
    if (bind(fd, own->ai_addr, own->ai_addrlen) < 0) {
        perror("bind");
        return 1;
    }
    printf("listening on 127.0.0.1:%s\n", port);
    fflush(stdout);
    for (;;) {
        char data[1200] = "";
        struct sockaddr_storage from;
        memset(&from, 0, sizeof from);
        socklen_t fromlen = sizeof from;
        if (recvfrom(fd, data, sizeof data - 1, 0, (struct sockaddr *)&from,
                     &fromlen) < 1)
            continue;
        size_t n = number_in(data);
        if (n == 0)
            continue;
        struct order *o = orders;
        int newest = 1;
        for (; o; o = o->next) {
            if (o->fromlen != fromlen || memcmp(&o->from, &from, fromlen) != 0)
                continue;
            if (strlen(o->number) == n && memcmp(o->number, data, n) == 0)
                break;
            newest = 0;
        }
        if (o == NULL) {
            o = calloc(1, sizeof *o);
            o->from = from, o->fromlen = fromlen, o->next = orders, orders = o;
            memcpy(o->number, data, n);
            snprintf(o->answer, sizeof o->answer, "%s order %u: %.1000s",
                     o->number, ++count, data + n + 1);
            puts(strchr(o->answer, ' ') + 1);
            fflush(stdout);
        } else if (!newest)
            continue;
        sendto(fd, o->answer, strlen(o->answer), 0, (struct sockaddr *)&from,
               fromlen);
    }
}

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)(t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

static int answered(int fd, const char *question, long until)
{
    char data[4000];
    size_t n = number_in(question) + 1;
    for (long left; (left = until - now()) > 0;) {
        struct timeval limit = {left / 1000000, left % 1000000};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ssize_t got = recv(fd, data, sizeof data - 1, 0);
        if (got < 0 && errno == ECONNREFUSED) {
            struct timespec moment = {0, 1000000};
            nanosleep(&moment, NULL);
        }
        if (got < 1)
            continue;
        data[got] = '\0';
        if (strncmp(data, question, n) == 0)
            return puts(data + n);
    }
    return 0;
}

int main(int argc, char *argv[])
{
    static char buffer[9000];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM},
                    *a;
    if (argc == 2 && getaddrinfo("127.0.0.1", argv[1], &hints, &a) == 0) {
        return take_orders(a, argv[1]);
    }
    if (argc != 5 || getaddrinfo(argv[1], argv[2], &hints, &a) != 0)
        return 2;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), bad = 0, number = 0;
    if (connect(fd, a->ai_addr, a->ai_addrlen) < 0)
        perror("connect");
    freeaddrinfo(a);
    char line[1100], question[1200];
    while (fgets(line, sizeof line, stdin)) {
        int left = atoi(argv[4]);
        line[strcspn(line, "\n")] = '\0';
        int size = sprintf(question, "%d %s", ++number, line);
        do {
            /* an old ECONNREFUSED is told, and nothing sent: once more */
            if (write(fd, question, (size_t)size) < 0)
                (void)!write(fd, question, (size_t)size);
        } while (!answered(fd, question, now() + 1000 * atoi(argv[3])) &&
                 --left > 0);
        fflush(stdout);
        if (left == 0)
            bad = 1, perror("no answer");
    }
    return bad;
}
