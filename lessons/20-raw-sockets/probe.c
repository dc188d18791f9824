/*
 * probe.c - send one ICMP echo request, and show what a raw socket receives.
 *
 *   build  cc -I../../common probe.c ../../common/error.c -o probe
 *   run    ./probe [ADDRESS]             default 127.0.0.1
 *   read   raw(7), icmp(7), ip(7), user_namespaces(7)
 *
 * It makes a network of its own, in which it may open a raw socket and in
 * which only loopback exists: any address of 127.0.0.0/8 answers there.
 */
#define _GNU_SOURCE /* unshare, struct icmphdr, struct iphdr */
#include <errno.h>
#include <netinet/ip.h>
#include <stdbool.h>
#include <sys/time.h>

#include "icmp.h"

/* An IPv4 packet: its header is as long as it says, the rest is ICMP. */
static bool show_packet(const unsigned char *packet, size_t len, uint16_t id)
{
    struct iphdr ip;
    struct icmphdr icmp;
    if (len < sizeof ip)
        return false;
    memcpy(&ip, packet, sizeof ip);
    size_t header = ip.ihl * 4U;
    if (len < header + sizeof icmp)
        return false;
    memcpy(&icmp, packet + header, sizeof icmp);

    char from[INET_ADDRSTRLEN];
    struct in_addr source = {.s_addr = ip.saddr};
    inet_ntop(AF_INET, &source, from, sizeof from);
    printf("received %zu bytes: IP header %zu, ICMP %zu\n", len, header,
           len - header);
    printf("  from %s, type %d, id %u, sequence %u, checksum %s\n", from,
           icmp.type, ntohs(icmp.un.echo.id), ntohs(icmp.un.echo.sequence),
           internet_checksum(packet + header, len - header) == 0 ? "right"
                                                                 : "wrong");
    /* Everybody's ICMP comes here. Ours is an answer with our number. */
    return icmp.type == ICMP_ECHOREPLY && ntohs(icmp.un.echo.id) == id;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("probe [ADDRESS]");
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    struct sockaddr_in target = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, host, &target.sin_addr) != 1)
        refuse("address \"%s\": an IPv4 address is needed, as 127.0.0.1", host);
    enter_own_network();

    /* No TCP, no UDP, no ports: what we send is the payload of IP itself. */
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1)
        die("socket AF_INET SOCK_RAW IPPROTO_ICMP");
    printf("socket(AF_INET, SOCK_RAW, IPPROTO_ICMP): descriptor %d\n", sockfd);

    /* IP promises no answer. So we wait for one second, and no longer. */
    struct timeval second = {.tv_sec = 1};
    if (setsockopt(sockfd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second) ==
        -1)
        die("setsockopt SO_RCVTIMEO");

    unsigned char packet[ECHO_SIZE];
    uint16_t id = 4711;
    make_echo_request(packet, id, 1);
    ssize_t n = sendto(sockfd, packet, sizeof packet, 0,
                       (struct sockaddr *)&target, sizeof target);
    if (n == -1)
        die("sendto %s", host);
    printf("sent %zd bytes to %s: type %d, id %u, sequence 1\n", n, host,
           ICMP_ECHO, id);

    bool answered = false;
    while (!answered) {
        unsigned char received[1500];
        n = recv(sockfd, received, sizeof received, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && errno == EAGAIN) {
            printf("no answer within a second\n");
            return 1;
        }
        if (n == -1)
            die("recv from %s", host);
        answered = show_packet(received, (size_t)n, id);
    }
    printf("that was our answer\n");
    close(sockfd);
    return 0;
}
