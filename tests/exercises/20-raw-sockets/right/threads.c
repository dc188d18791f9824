/* One thread receives and looks, the other asks and waits for it. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/ip.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "icmp.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came;
static struct sockaddr_in target = {.sin_family = AF_INET};
static int sockfd;
static int asked, answered; /* numbers of questions */
static char text[65536];

static void *hear(void *unused)
{
    static unsigned char packet[65536];
    for (;;) {
        ssize_t n = recv(sockfd, packet, sizeof packet, 0);
        struct iphdr ip;
        struct icmphdr icmp;
        if (n < 28)
            continue;
        memcpy(&ip, packet, sizeof ip);
        size_t start = ip.ihl * 4U;
        memcpy(&icmp, packet + start, sizeof icmp);
        pthread_mutex_lock(&lock);
        if (icmp.type == ICMP_ECHOREPLY &&
            icmp.un.echo.id == htons((uint16_t)getpid()) &&
            ntohs(icmp.un.echo.sequence) == asked && answered < asked &&
            ip.saddr == target.sin_addr.s_addr) {
            size_t len = (size_t)n - start - sizeof icmp;
            memcpy(text, packet + start + sizeof icmp, len);
            text[len] = '\0';
            answered = asked;
            pthread_cond_signal(&came);
        }
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 5)
        usage("ping ADDRESS COUNT MS TEXT");
    if (inet_pton(AF_INET, argv[1], &target.sin_addr) != 1)
        return 2;
    sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1)
        die("socket");
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&came, &attributes);
    pthread_t thread;
    pthread_create(&thread, NULL, hear, NULL);

    int count = atoi(argv[2]), ms = atoi(argv[3]), good = 0;
    size_t len = 8 + strlen(argv[4]);
    char *packet = malloc(len);
    for (int k = 1; k <= count; k++) {
        struct icmphdr icmp = {.type = ICMP_ECHO};
        icmp.un.echo.id = htons((uint16_t)getpid());
        icmp.un.echo.sequence = htons((uint16_t)k);
        memcpy(packet + 8, argv[4], len - 8);
        memcpy(packet, &icmp, 8);
        icmp.checksum = internet_checksum(packet, len);
        memcpy(packet, &icmp, 8);
        struct timespec end, begin;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        end = begin;
        end.tv_nsec += ms % 1000 * 1000000L;
        end.tv_sec += ms / 1000 + end.tv_nsec / 1000000000;
        end.tv_nsec %= 1000000000;
        pthread_mutex_lock(&lock);
        asked = k;
        while (sendto(sockfd, packet, len, 0, (struct sockaddr *)&target,
                      sizeof target) == -1)
            if (errno != EINTR)
                die("sendto");
        int status = 0;
        while (answered < k && status == 0)
            status = pthread_cond_timedwait(&came, &lock, &end);
        clock_gettime(CLOCK_MONOTONIC, &end);
        if (answered == k)
            printf("answer %d from %s in %ld ms: %s\n", k, argv[1],
                   (end.tv_sec - begin.tv_sec) * 1000 +
                       (end.tv_nsec - begin.tv_nsec) / 1000000,
                   text);
        else
            printf("no answer %d\n", k);
        good += answered == k;
        pthread_mutex_unlock(&lock);
    }
    free(packet);
    printf("%d sent, %d answered\n", count, good);
    return good != count;
}
