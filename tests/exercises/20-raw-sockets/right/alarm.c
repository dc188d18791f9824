/* As the first ping of 1983 did it: a timer's signal ends the wait. It comes
 * again and again, so that none can come too early for recvfrom. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/ip.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "icmp.h"

static volatile sig_atomic_t over;

static void on_alarm(int number)
{
    (void)number;
    over = 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 5)
        usage("ping ADDRESS COUNT MS TEXT");
    struct sockaddr_in target = {.sin_family = AF_INET}, from;
    if (inet_pton(AF_INET, argv[1], &target.sin_addr) != 1)
        return 2;
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1)
        die("socket");
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    long count = atol(argv[2]), ms = atol(argv[3]), answered = 0;
    size_t len = strlen(argv[4]);
    for (long k = 1; k <= count; k++) {
        char packet[4096] = "";
        struct icmphdr icmp = {.type = ICMP_ECHO};
        icmp.un.echo.id = htons((uint16_t)getpid());
        icmp.un.echo.sequence = htons((uint16_t)k);
        memcpy(packet + 8, argv[4], len);
        memcpy(packet, &icmp, 8);
        icmp.checksum = internet_checksum(packet, 8 + len);
        memcpy(packet, &icmp, 8);
        struct timeval begin, end;
        gettimeofday(&begin, NULL);
        while (sendto(sockfd, packet, 8 + len, 0, (struct sockaddr *)&target,
                      sizeof target) == -1)
            if (errno != EINTR)
                die("sendto");
        over = 0;
        struct itimerval timer = {{0, 50000}, {ms / 1000, ms % 1000 * 1000}};
        setitimer(ITIMER_REAL, &timer, NULL);
        int got = 0;
        while (!over && !got) {
            socklen_t room = sizeof from;
            ssize_t n = recvfrom(sockfd, packet, sizeof packet, 0,
                                 (struct sockaddr *)&from, &room);
            if (n == -1)
                continue;
            size_t start = (packet[0] & 15) * 4U;
            memcpy(&icmp, packet + start, 8);
            if (icmp.type != ICMP_ECHOREPLY ||
                icmp.un.echo.id != htons((uint16_t)getpid()) ||
                icmp.un.echo.sequence != htons((uint16_t)k) ||
                from.sin_addr.s_addr != target.sin_addr.s_addr)
                continue;
            gettimeofday(&end, NULL);
            printf("answer %ld from %s in %.1f ms: %.*s\n", k, argv[1],
                   (double)(end.tv_sec - begin.tv_sec) * 1e3 +
                       (double)(end.tv_usec - begin.tv_usec) / 1e3,
                   (int)((size_t)n - start - 8), packet + start + 8);
            got = 1;
        }
        setitimer(ITIMER_REAL, &(struct itimerval){{0}, {0}}, NULL);
        answered += got;
        if (!got)
            printf("no answer %ld\n", k);
    }
    printf("%ld sent, %ld answered\n", count, answered);
    return answered != count;
}
