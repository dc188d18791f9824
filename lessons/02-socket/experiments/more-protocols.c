/*
 * more-protocols.c - one type can have several protocols, and sockets are
 * for more than TCP and UDP.
 *
 *   build  cc -I../../../common more-protocols.c ../../../common/error.c \
 *             -o more-protocols
 *   run    ./more-protocols
 *   read   socket(2), ipv6(7), udplite(7), unix(7), raw(7), packet(7),
 *          netlink(7)
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262 /* for a C library from before 2020 */
#endif

static const struct {
    const char *name;
    int domain, type, protocol;
} kinds[] = {
    {"stream: TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP},
    {"stream: TCP over IPv6", AF_INET6, SOCK_STREAM, IPPROTO_TCP},
    {"stream: multipath TCP", AF_INET, SOCK_STREAM, IPPROTO_MPTCP},
    {"stream: local", AF_UNIX, SOCK_STREAM, 0},
    {"datagram: UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP},
    {"datagram: UDP-Lite", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE},
    {"datagram: local", AF_UNIX, SOCK_DGRAM, 0},
    {"raw: ICMP", AF_INET, SOCK_RAW, IPPROTO_ICMP},
    {"raw: routing tables of the kernel", AF_NETLINK, SOCK_RAW, 0},
    {"raw: packets as the network card has them", AF_PACKET, SOCK_RAW, 0},
};

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("more-protocols");

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int sockfd = socket(kinds[i].domain, kinds[i].type, kinds[i].protocol);
        if (sockfd != -1) {
            printf("%s: opened\n", kinds[i].name);
            close(sockfd);
        } else if (errno == EPERM) {
            printf("%s: there, but for root [EPERM]\n", kinds[i].name);
        } else {
            printf("%s: not in this kernel [%s]\n", kinds[i].name,
                   error_symbol(errno));
        }
    }
    return 0;
}
