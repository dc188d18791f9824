/*
 * interfaces.c - the interfaces of this machine and all their addresses.
 *
 *   build  cc -I../../common interfaces.c ../../common/error.c -o interfaces
 *   run    ./interfaces [NAME|ADDRESS]   all, or those with that name or
 *                                        address; status 1 if there is none
 *   read   getifaddrs(3), netdevice(7), packet(7)
 */
#define _DEFAULT_SOURCE /* IFF_UP and the other flags, which POSIX lacks */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

enum { TEXT_SIZE = 100 };

/* Where in a socket address the address proper lies, and how long it is. */
static const unsigned char *bytes_of(const struct sockaddr *address,
                                     size_t *size)
{
    const unsigned char *start = (const unsigned char *)address;
    switch (address->sa_family) {
    case AF_INET:
        *size = sizeof(struct in_addr);
        return start + offsetof(struct sockaddr_in, sin_addr);
    case AF_INET6:
        *size = sizeof(struct in6_addr);
        return start + offsetof(struct sockaddr_in6, sin6_addr);
    case AF_PACKET:
        *size = start[offsetof(struct sockaddr_ll, sll_halen)];
        return start + offsetof(struct sockaddr_ll, sll_addr);
    default:
        *size = 0;
        return start;
    }
}

/* 127.0.0.1, ::1 or, for the interface itself, 02:00:00:00:00:01. */
static void write_address(char text[TEXT_SIZE], const struct sockaddr *address)
{
    size_t size;
    const unsigned char *bytes = bytes_of(address, &size);
    text[0] = '\0';
    if (address->sa_family != AF_PACKET) {
        inet_ntop(address->sa_family, bytes, text, TEXT_SIZE);
        return;
    }
    for (size_t i = 0; i < size && 3 * i + 3 < TEXT_SIZE; i++)
        snprintf(text + 3 * i, TEXT_SIZE - 3 * i, "%02x%s", bytes[i],
                 i + 1 < size ? ":" : "");
}

/* 255.0.0.0 is /8: a netmask is an address whose first bits are ones. */
static unsigned prefix_length(const struct sockaddr *netmask)
{
    size_t size;
    const unsigned char *bytes = bytes_of(netmask, &size);
    unsigned ones = 0;
    while (ones < 8 * size && bytes[ones / 8] & (0x80U >> ones % 8))
        ones++;
    return ones;
}

/* What the flags tell of the link. ifa_flags holds them all in one number. */
static const char *kind_of_link(unsigned flags)
{
    return flags & IFF_LOOPBACK      ? "loopback"
           : flags & IFF_POINTOPOINT ? "point-to-point"
           : flags & IFF_BROADCAST   ? "broadcast"
                                     : "other";
}

static void print_entry(const struct ifaddrs *entry, const char *text)
{
    printf("%-5s %-4s %-14s ", entry->ifa_name,
           entry->ifa_flags & IFF_UP ? "up" : "down",
           kind_of_link(entry->ifa_flags));
    const struct sockaddr *address = entry->ifa_addr;
    if (address == NULL) {
        printf("%s\n", text);
        return;
    }
    const char *family = address->sa_family == AF_INET    ? "AF_INET"
                         : address->sa_family == AF_INET6 ? "AF_INET6"
                                                          : "AF_PACKET";
    printf("%-9s %s", family, text);
    /* The same fe80:: address can be on every link; this says on which. */
    if (address->sa_family == AF_INET6 &&
        ((const struct sockaddr_in6 *)(const void *)address)->sin6_scope_id)
        printf("%%%s", entry->ifa_name);
    if (entry->ifa_netmask != NULL)
        printf("/%u", prefix_length(entry->ifa_netmask));
    printf("\n");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("interfaces [NAME|ADDRESS]");
    const char *only = argc > 1 ? argv[1] : NULL;

    /* The first entry, or NULL if there are none at all. */
    struct ifaddrs *list;
    if (getifaddrs(&list) == -1)
        die("getifaddrs");

    /* One entry for each address of each interface; on Linux, one more for
     * the interface itself. That one need not have any address. */
    int all = 0, shown = 0;
    for (const struct ifaddrs *entry = list; entry != NULL;
         entry = entry->ifa_next) {
        char text[TEXT_SIZE] = "no address";
        if (entry->ifa_addr != NULL)
            write_address(text, entry->ifa_addr);
        all++;
        if (only != NULL && strcmp(only, entry->ifa_name) != 0 &&
            strcmp(only, text) != 0)
            continue;
        print_entry(entry, text);
        shown++;
    }
    printf("%d of %d entries\n", shown, all);

    /* The list is ours since getifaddrs made it, in one piece. */
    freeifaddrs(list);
    return only != NULL && shown == 0;
}
