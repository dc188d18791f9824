/*
 * icmp.h - what the programs of this lesson share: a network in which they
 * may open raw sockets, the Internet checksum, and an echo request.
 */
#ifndef ICMP_H
#define ICMP_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static inline void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd == -1 || write(fd, text, strlen(text)) == -1)
        die("write %s", path);
    close(fd);
}

/*
 * A raw socket needs CAP_NET_RAW, which root has. Whoever makes a user
 * namespace is root in it, and over the network that belongs to it: a network
 * with nothing but a loopback interface, which is down at first. See
 * user_namespaces(7), network_namespaces(7), netdevice(7).
 */
static inline void enter_own_network(void)
{
    char map[64];
    snprintf(map, sizeof map, "0 %u 1", (unsigned)geteuid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1)
        die("unshare CLONE_NEWUSER|CLONE_NEWNET");
    write_file("/proc/self/uid_map", map);

    struct ifreq loopback = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1)
        die("socket AF_INET SOCK_DGRAM");
    if (ioctl(fd, SIOCGIFFLAGS, &loopback) == -1)
        die("ioctl SIOCGIFFLAGS lo");
    loopback.ifr_flags = (short)(loopback.ifr_flags | IFF_UP);
    if (ioctl(fd, SIOCSIFFLAGS, &loopback) == -1)
        die("ioctl SIOCSIFFLAGS lo");
    close(fd);
}

/*
 * The Internet checksum (RFC 1071): the 16-bit words are added, carries are
 * added to the sum again, and the complement is the checksum. A last odd byte
 * is a word's first. The words are taken as they lie in memory, so the result
 * lies right as well: no htons, on any machine.
 */
static inline uint16_t internet_checksum(const void *data, size_t len)
{
    const unsigned char *bytes = data;
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < len; i += 2) {
        uint16_t word;
        memcpy(&word, bytes + i, sizeof word);
        sum += word;
    }
    if (len % 2 == 1) {
        uint16_t word = 0;
        memcpy(&word, bytes + len - 1, 1);
        sum += word;
    }
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

enum { ECHO_SIZE = sizeof(struct icmphdr) + 8 };

/* An echo request (RFC 792): a header of 8 bytes, and 8 bytes that whoever
 * answers must send back as they are. */
static inline void make_echo_request(unsigned char packet[ECHO_SIZE],
                                     uint16_t id, uint16_t sequence)
{
    struct icmphdr header = {.type = ICMP_ECHO};
    header.un.echo.id = htons(id);
    header.un.echo.sequence = htons(sequence);
    memcpy(packet, &header, sizeof header);
    memcpy(packet + sizeof header, "workbook", 8);

    /* Summed up with its own field as 0, which it is so far. */
    header.checksum = internet_checksum(packet, ECHO_SIZE);
    memcpy(packet, &header, sizeof header);
}

#endif
