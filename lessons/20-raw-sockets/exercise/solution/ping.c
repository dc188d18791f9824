/*
 * ping.c - ask COUNT times whether somebody is at ADDRESS.
 *
 *   build  cc -I../../../../common -I../.. ping.c ../../../../common/error.c \
 *             -o ping
 *   run    ./ping ADDRESS COUNT MS TEXT
 *   read   raw(7), icmp(7), poll(2), RFC 792
 */
#define _GNU_SOURCE /* unshare, struct icmphdr, struct iphdr */
#include <errno.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdbool.h>
#include <time.h>

#include "icmp.h"

enum { MOST_TEXT = 1000, MOST_PACKET = 65535 };

/* A question: who is asked, and what only its answer has. */
struct question {
    struct sockaddr_in target;
    uint16_t id, sequence;
};

/* An ICMP message within the packet that brought it. */
struct message {
    struct icmphdr header;
    const char *text;
    size_t len;
};

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

static void ask(int sockfd, const struct question *question, const char *text,
                size_t len)
{
    struct icmphdr header = {.type = ICMP_ECHO};
    header.un.echo.id = htons(question->id);
    header.un.echo.sequence = htons(question->sequence);
    unsigned char packet[sizeof header + MOST_TEXT];
    memcpy(packet, &header, sizeof header);
    memcpy(packet + sizeof header, text, len);

    /* Over all of it, when all the rest is in its place. */
    header.checksum = internet_checksum(packet, sizeof header + len);
    memcpy(packet, &header, sizeof header);
    while (sendto(sockfd, packet, sizeof header + len, 0,
                  (const struct sockaddr *)&question->target,
                  sizeof question->target) == -1)
        if (errno != EINTR)
            die("sendto");
}

/* Does this packet answer the question? Everybody's ICMP comes here: requests,
 * our own too where we ask ourselves, answers to others, and late ones. */
static bool is_answer(const struct question *question, const char *packet,
                      size_t len, struct message *message)
{
    struct iphdr ip;
    if (len < sizeof ip)
        return false;
    memcpy(&ip, packet, sizeof ip);
    size_t start = ip.ihl * 4U;
    if (len < start + sizeof message->header)
        return false;
    memcpy(&message->header, packet + start, sizeof message->header);
    message->text = packet + start + sizeof message->header;
    message->len = len - start - sizeof message->header;
    return message->header.type == ICMP_ECHOREPLY &&
           ntohs(message->header.un.echo.id) == question->id &&
           ntohs(message->header.un.echo.sequence) == question->sequence &&
           ip.saddr == question->target.sin_addr.s_addr;
}

/* Wait for the answer until then; true, and it is printed, if it comes. What
 * others say in between takes from the time that is left. */
static bool hear(int sockfd, const struct question *question, double asked,
                 double end)
{
    static char packet[MOST_PACKET];
    double left;
    while ((left = end - now()) > 0) {
        struct pollfd wanted = {.fd = sockfd, .events = POLLIN};
        int ready = poll(&wanted, 1, (int)left + 1);
        if (ready == -1 && errno != EINTR)
            die("poll");
        if (ready != 1)
            continue;
        ssize_t n = recv(sockfd, packet, sizeof packet, MSG_DONTWAIT);
        if (n == -1 && errno != EINTR && errno != EAGAIN)
            die("recv");
        struct message message;
        if (n == -1 || !is_answer(question, packet, (size_t)n, &message))
            continue;
        char host[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &question->target.sin_addr, host, sizeof host);
        printf("answer %u from %s in %.3f ms: %.*s\n", question->sequence, host,
               now() - asked, (int)message.len, message.text);
        return true;
    }
    return false;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 5)
        usage("ping ADDRESS COUNT MS TEXT");
    struct question question = {.target = {.sin_family = AF_INET}};
    if (inet_pton(AF_INET, argv[1], &question.target.sin_addr) != 1)
        refuse("address \"%s\": an IPv4 address is needed, as 127.0.0.1",
               argv[1]);
    long count = parse_number(argv[2], 1, 65535, "COUNT");
    long ms = parse_number(argv[3], 1, 60000, "MS");
    const char *text = argv[4];
    if (strlen(text) > MOST_TEXT)
        refuse("TEXT: at most %d bytes", MOST_TEXT);

    int sockfd = raw_socket();
    question.id = (uint16_t)getpid();
    long answered = 0;
    for (long i = 1; i <= count; i++) {
        question.sequence = (uint16_t)i;
        double asked = now();
        ask(sockfd, &question, text, strlen(text));
        if (hear(sockfd, &question, asked, now() + (double)ms))
            answered++;
        else
            printf("no answer %ld\n", i);
    }
    close(sockfd);
    printf("%ld sent, %ld answered\n", count, answered);
    return answered == count ? 0 : 1;
}
