/*
 * others.c - two probes in one network: whose answers does each receive?
 *
 *   build  cc -I../../../common -I.. others.c ../../../common/error.c \
 *             -o others
 *   run    ./others
 *   read   raw(7)
 */
#define _GNU_SOURCE /* unshare, struct icmphdr, struct iphdr */
#include <netinet/ip.h>

#include "../icmp.h"

static int raw_socket(void)
{
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1)
        die("socket AF_INET SOCK_RAW IPPROTO_ICMP");
    return sockfd;
}

static void ask(int sockfd, uint16_t id)
{
    struct sockaddr_in target = {.sin_family = AF_INET};
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    unsigned char packet[ECHO_SIZE];
    make_echo_request(packet, id, 1);
    if (sendto(sockfd, packet, sizeof packet, 0, (struct sockaddr *)&target,
               sizeof target) == -1)
        die("sendto 127.0.0.1");
}

/* On loopback a packet has arrived when sendto returns. So everything is
 * there, and nothing more will come. */
static void count_replies(int sockfd, const char *whose, uint16_t id)
{
    int all = 0, ours = 0;
    unsigned char packet[1500];
    while (recv(sockfd, packet, sizeof packet, MSG_DONTWAIT) > 0) {
        struct iphdr ip;
        struct icmphdr icmp;
        memcpy(&ip, packet, sizeof ip);
        memcpy(&icmp, packet + ip.ihl * 4U, sizeof icmp);
        if (icmp.type != ICMP_ECHOREPLY)
            continue;
        all++;
        if (ntohs(icmp.un.echo.id) == id)
            ours++;
    }
    printf("%s: %d replies received, %d with its own id\n", whose, all, ours);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("others");
    enter_own_network();
    int first = raw_socket(), second = raw_socket();
    ask(first, 1111);
    ask(second, 2222);
    ask(second, 2222);
    printf("the first asked once, the second twice\n");
    count_replies(first, "first", 1111);
    count_replies(second, "second", 2222);
    return 0;
}
