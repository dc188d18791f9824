/* A connected, non-blocking socket: write, select and read; nobody else's
 * packets get in, but for our own on loopback. Stdout is flushed by hand. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "icmp.h"

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char *argv[])
{
    if (argc != 5)
        return 2;
    static char out[4096];
    setvbuf(stdout, out, _IOFBF, sizeof out);
    struct sockaddr_in to = {.sin_family = AF_INET};
    inet_pton(AF_INET, argv[1], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP);
    if (fd == -1 || connect(fd, (struct sockaddr *)&to, sizeof to) == -1)
        die("connect %s", argv[1]);

    static struct {
        struct icmphdr head;
        char text[1000];
    } ask;
    static union {
        struct iphdr ip;
        char bytes[4000];
    } in;
    size_t len = strlen(argv[4]);
    memcpy(ask.text, argv[4], len);
    int yes = 0, all = atoi(argv[2]);
    for (int k = 1; k <= all; k++) {
        ask.head.type = ICMP_ECHO;
        ask.head.un.echo.id = (uint16_t)getpid();
        ask.head.un.echo.sequence = htons((uint16_t)k);
        ask.head.checksum = 0;
        ask.head.checksum = internet_checksum(&ask, sizeof ask.head + len);
        double begin = seconds(), end = begin + atoi(argv[3]) / 1000.0;
        while (write(fd, &ask, sizeof ask.head + len) == -1)
            if (errno != EINTR && errno != EAGAIN)
                die("write");
        int hit = 0;
        for (double left; !hit && (left = end - seconds()) > 0;) {
            fd_set set;
            FD_ZERO(&set);
            FD_SET(fd, &set);
            struct timeval t = {
                (time_t)left,
                (suseconds_t)((left - (double)(time_t)left) * 1e6)};
            if (select(fd + 1, &set, NULL, NULL, &t) != 1)
                continue;
            ssize_t n = read(fd, &in, sizeof in);
            if (n < 20)
                continue;
            size_t skip = in.ip.ihl * 4u + sizeof(struct icmphdr);
            struct icmphdr *h = (void *)(in.bytes + skip - sizeof *h);
            if ((size_t)n < skip || h->type != ICMP_ECHOREPLY ||
                h->un.echo.id != ask.head.un.echo.id ||
                h->un.echo.sequence != ask.head.un.echo.sequence)
                continue;
            printf("answer %d from %s in %g ms: %.*s\n", k, argv[1],
                   (double)(long)((seconds() - begin) * 1e5) / 100,
                   (int)((size_t)n - skip), in.bytes + skip);
            hit = 1;
        }
        if (!hit)
            printf("no answer %d\n", k);
        fflush(stdout);
        yes += hit;
    }
    printf("%d sent, %d answered\n", all, yes);
    exit(yes < all);
}
