/*
 * ifs.c - one line for each interface, with all its addresses.
 *
 *   build  cc -I../../../../common ifs.c ../../../../common/error.c -o ifs
 *   run    ./ifs [NAME]                  all, or the one of that name
 *   read   getifaddrs(3), netdevice(7), inet_ntop(3)
 */
#define _DEFAULT_SOURCE /* IFF_UP, which POSIX lacks */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

/* Where in a socket address of this family the address proper lies, and how
 * long it is. 0 bytes: it is no address of IP. */
static const unsigned char *bytes_of(const struct sockaddr *address, int family,
                                     size_t *size)
{
    const unsigned char *start = (const unsigned char *)address;
    *size = family == AF_INET    ? sizeof(struct in_addr)
            : family == AF_INET6 ? sizeof(struct in6_addr)
                                 : 0;
    return start + (family == AF_INET
                        ? offsetof(struct sockaddr_in, sin_addr)
                        : offsetof(struct sockaddr_in6, sin6_addr));
}

/* 255.192.0.0 has ten ones, and then no more: /10. */
static unsigned count_ones(const unsigned char *mask, size_t size)
{
    unsigned ones = 0;
    while (ones < 8 * size && mask[ones / 8] & (0x80U >> ones % 8))
        ones++;
    return ones;
}

/* " 127.0.0.1/8", or nothing: the entry may be the interface's own, and have
 * the address of its link, or none at all. */
static void print_address(const struct ifaddrs *entry)
{
    if (entry->ifa_addr == NULL)
        return;
    int family = entry->ifa_addr->sa_family;
    size_t size;
    const unsigned char *bytes = bytes_of(entry->ifa_addr, family, &size);
    if (size == 0)
        return;
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(family, bytes, text, sizeof text) == NULL)
        die("inet_ntop");
    printf(" %s", text);
    /* The netmask is of the same family, whatever its sa_family says: some
     * systems leave that empty. */
    if (entry->ifa_netmask != NULL)
        printf("/%u",
               count_ones(bytes_of(entry->ifa_netmask, family, &size), size));
}

static bool is_named(const struct ifaddrs *entry, const char *name)
{
    return strcmp(entry->ifa_name, name) == 0;
}

/* Has the interface had an entry before this one, and so its line? */
static bool has_been_seen(const struct ifaddrs *list,
                          const struct ifaddrs *entry)
{
    while (list != entry && !is_named(list, entry->ifa_name))
        list = list->ifa_next;
    return list != entry;
}

/* The line of the interface whose first entry this is. */
static void print_interface(const struct ifaddrs *first)
{
    printf("%s %s", first->ifa_name, first->ifa_flags & IFF_UP ? "up" : "down");
    for (const struct ifaddrs *entry = first; entry != NULL;
         entry = entry->ifa_next)
        if (is_named(entry, first->ifa_name))
            print_address(entry);
    printf("\n");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("ifs [NAME]");
    const char *only = argc > 1 ? argv[1] : NULL;

    struct ifaddrs *list;
    if (getifaddrs(&list) == -1)
        die("getifaddrs");
    int lines = 0;
    for (const struct ifaddrs *entry = list; entry != NULL;
         entry = entry->ifa_next) {
        if (only != NULL && !is_named(entry, only))
            continue;
        if (has_been_seen(list, entry))
            continue;
        print_interface(entry);
        lines++;
    }
    freeifaddrs(list);

    if (only != NULL && lines == 0) {
        fprintf(stderr, "ifs: there is no interface %s\n", only);
        return 1;
    }
    return 0;
}
