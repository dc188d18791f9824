/*
 * ping.c - ask COUNT times whether somebody is at ADDRESS.
 *
 *   build  cc -I../../../common -I.. ping.c ../../../common/error.c -o ping
 *   run    ./ping ADDRESS COUNT MS TEXT
 *   check  make check-20
 *   read   raw(7), icmp(7), poll(2), RFC 792
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _GNU_SOURCE /* unshare, struct icmphdr, struct iphdr */
#include <errno.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdbool.h>
#include <time.h>

#include "icmp.h" /* the lesson's: internet_checksum, and the system's files */

enum { MOST_TEXT = 1000 };

/* Milliseconds, on a clock that nobody sets. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* A raw socket for ICMP. Who may not have one here makes a network of his own,
 * as probe does; nobody but 127.0.0.0/8 is there. */
static int raw_socket(void)
{
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1 && errno == EPERM) {
        enter_own_network();
        sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    }
    if (sockfd == -1)
        die("socket AF_INET SOCK_RAW IPPROTO_ICMP");
    return sockfd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 5)
        usage("ping ADDRESS COUNT MS TEXT");
    struct sockaddr_in target = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, argv[1], &target.sin_addr) != 1)
        refuse("address \"%s\": an IPv4 address is needed, as 127.0.0.1",
               argv[1]);
    long count = parse_number(argv[2], 1, 65535, "COUNT");
    long ms = parse_number(argv[3], 1, 60000, "MS");
    const char *text = argv[4];
    if (strlen(text) > MOST_TEXT)
        refuse("TEXT: at most %d bytes", MOST_TEXT);
    int sockfd = raw_socket();
    long answered = 0;

    for (long sequence = 1; sequence <= count; sequence++) {
        /* ---- edit below ------------------------------------------------ */

        double asked = now();

        /* 1. Make an echo request: a header with our id and the sequence,
         *    the text behind it, the checksum over both. Send it to target. */

        /* 2. Receive packets until the answer has come or MS milliseconds are
         *    over. Look at all that an answer must have. */

        /* 3. Print the answer, or that there is none. */
        (void)asked, (void)ms, (void)target;
        printf("no answer %ld\n", sequence);

        /* ---- edit above ------------------------------------------------ */
    }
    close(sockfd);
    printf("%ld sent, %ld answered\n", count, answered);
    return answered == count ? 0 : 1;
}
