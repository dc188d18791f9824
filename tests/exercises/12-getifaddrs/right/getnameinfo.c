/* Text by getnameinfo; one text for each interface that grows; one write at
 * the end. */
#define _GNU_SOURCE
#include <err.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct line {
    char *name, *text;
    struct line *next;
};

static void add(char **text, const char *more)
{
    size_t old = *text ? strlen(*text) : 0;
    *text = realloc(*text, old + strlen(more) + 1);
    memcpy(*text + old, more, strlen(more) + 1);
}

static int prefix(const struct sockaddr *mask, int family)
{
    char text[NI_MAXHOST];
    socklen_t size = family == AF_INET ? sizeof(struct sockaddr_in)
                                       : sizeof(struct sockaddr_in6);
    struct sockaddr_in6 copy;
    memcpy(&copy, mask, size);
    copy.sin6_family = (sa_family_t)family;
    if (getnameinfo((void *)&copy, size, text, sizeof text, NULL, 0,
                    NI_NUMERICHOST))
        return -1;
    unsigned char bytes[16] = {0};
    if (family == AF_INET)
        memcpy(bytes, &((struct sockaddr_in *)(void *)&copy)->sin_addr, 4);
    else
        memcpy(bytes, &copy.sin6_addr, 16);
    int i = 0;
    while (i < 128 && bytes[i / 8] >> (7 - i % 8) & 1)
        i++;
    return i;
}

int main(int argc, char *argv[])
{
    struct ifaddrs *all;
    if (getifaddrs(&all))
        err(1, "getifaddrs");
    struct line *lines = NULL, **end = &lines, *l;
    for (struct ifaddrs *i = all; i; i = i->ifa_next) {
        for (l = lines; l && strcmp(l->name, i->ifa_name) != 0; l = l->next)
            ;
        if (!l) {
            l = *end = calloc(1, sizeof *l);
            end = &l->next;
            l->name = strdup(i->ifa_name);
            add(&l->text, i->ifa_name);
            add(&l->text, i->ifa_flags & IFF_UP ? " up" : " down");
        }
        char host[NI_MAXHOST], all_of_it[NI_MAXHOST + 10];
        int family = i->ifa_addr ? i->ifa_addr->sa_family : -1;
        if (family != AF_INET && family != AF_INET6)
            continue;
        if (getnameinfo(i->ifa_addr,
                        family == AF_INET ? sizeof(struct sockaddr_in)
                                          : sizeof(struct sockaddr_in6),
                        host, sizeof host, NULL, 0, NI_NUMERICHOST))
            continue;
        host[strcspn(host, "%")] = 0;
        sprintf(all_of_it, " %s/%d", host, prefix(i->ifa_netmask, family));
        add(&l->text, all_of_it);
    }
    freeifaddrs(all);
    char *out = strdup("");
    while (lines) {
        l = lines;
        if (argc < 2 || strcmp(argv[1], l->name) == 0) {
            add(&out, l->text);
            add(&out, "\n");
        }
        lines = l->next;
        free(l->name);
        free(l->text);
        free(l);
    }
    size_t left = strlen(out);
    int found = left > 0;
    for (char *from = out; left > 0;) {
        ssize_t n = write(1, from, left);
        if (n < 0)
            err(1, "write");
        from += n;
        left -= (size_t)n;
    }
    free(out);
    if (!found)
        warnx("none of that name");
    return found ? 0 : 1;
}
