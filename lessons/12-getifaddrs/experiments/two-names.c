/*
 * two-names.c - ifa_broadaddr of an interface that has no broadcast.
 *
 *   build  cc -I../../../common two-names.c ../../../common/error.c \
 *             -o two-names
 *   run    ./two-names [ADDRESS]         default 127.0.0.1
 *   read   getifaddrs(3) on ifa_ifu
 */
#define _DEFAULT_SOURCE /* IFF_BROADCAST and IFF_POINTOPOINT */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

static const char *text_of(const struct sockaddr *address,
                           char text[INET_ADDRSTRLEN])
{
    const struct sockaddr_in *in = (const void *)address;
    if (in == NULL || in->sin_family != AF_INET ||
        inet_ntop(AF_INET, &in->sin_addr, text, INET_ADDRSTRLEN) == NULL)
        return "none";
    return text;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("two-names [ADDRESS]");
    const char *wanted = argc > 1 ? argv[1] : "127.0.0.1";

    struct ifaddrs *list;
    if (getifaddrs(&list) == -1)
        die("getifaddrs");
    for (const struct ifaddrs *entry = list; entry != NULL;
         entry = entry->ifa_next) {
        char own[INET_ADDRSTRLEN], other[INET_ADDRSTRLEN];
        if (strcmp(text_of(entry->ifa_addr, own), wanted) != 0)
            continue;
        printf("%s has %s\n", entry->ifa_name, own);
        printf("IFF_BROADCAST %s, IFF_POINTOPOINT %s\n",
               entry->ifa_flags & IFF_BROADCAST ? "yes" : "no",
               entry->ifa_flags & IFF_POINTOPOINT ? "yes" : "no");
        printf("ifa_broadaddr %s\n", text_of(entry->ifa_broadaddr, other));
        printf("ifa_dstaddr   %s\n", text_of(entry->ifa_dstaddr, other));
    }
    freeifaddrs(list);
    return 0;
}
