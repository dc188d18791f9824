/* The interfaces from if_nameindex, their addresses from one list. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void ones(const void *mask, int size, char *out)
{
    int n = 0;
    for (int i = 0; i < size; i++)
        n += __builtin_popcount(((const unsigned char *)mask)[i]);
    sprintf(out, "/%d", n);
}

int main(int argc, char *argv[])
{
    struct if_nameindex *names = if_nameindex();
    struct ifaddrs *list;
    if (names == NULL || getifaddrs(&list) != 0) {
        perror("ifs");
        exit(1);
    }
    int found = argc < 2;
    for (struct if_nameindex *n = names; n->if_index != 0; n++) {
        if (argc > 1 && strcmp(n->if_name, argv[1]) != 0)
            continue;
        found = 1;
        int said = 0;
        for (struct ifaddrs *e = list; e; e = e->ifa_next) {
            if (strcmp(e->ifa_name, n->if_name) != 0)
                continue;
            if (!said++)
                printf("%s %s", n->if_name,
                       e->ifa_flags & IFF_UP ? "up" : "down");
            char text[INET6_ADDRSTRLEN + 5] = "";
            if (!e->ifa_addr)
                continue;
            if (e->ifa_addr->sa_family == AF_INET) {
                struct sockaddr_in in, mask;
                memcpy(&in, e->ifa_addr, sizeof in);
                memcpy(&mask, e->ifa_netmask, sizeof mask);
                inet_ntop(AF_INET, &in.sin_addr, text, INET6_ADDRSTRLEN);
                ones(&mask.sin_addr, 4, text + strlen(text));
            } else if (e->ifa_addr->sa_family == AF_INET6) {
                struct sockaddr_in6 in, mask;
                memcpy(&in, e->ifa_addr, sizeof in);
                memcpy(&mask, e->ifa_netmask, sizeof mask);
                inet_ntop(AF_INET6, &in.sin6_addr, text, INET6_ADDRSTRLEN);
                ones(&mask.sin6_addr, 16, text + strlen(text));
            } else
                continue;
            printf(" %s", text);
        }
        putchar('\n');
    }
    if_freenameindex(names);
    freeifaddrs(list);
    if (!found)
        fputs("no such interface\n", stderr);
    return !found;
}
