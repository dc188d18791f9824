/*
 * no-address.c - take the address of an interface's own entry away.
 *
 *   build  cc -shared -fPIC no-address.c -o no-address.so
 *   run    env NO_ADDRESS=NAME LD_PRELOAD=$PWD/no-address.so ./ifs
 *
 * For machines on which nobody may make a device that has no address of its
 * link, such as a tun device. The list is the C library's in all other ways.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int getifaddrs(struct ifaddrs **list)
{
    int (*original)(struct ifaddrs **) = NULL;
    *(void **)&original = dlsym(RTLD_NEXT, "getifaddrs");
    const char *name = getenv("NO_ADDRESS");
    int result = original(list);
    if (result == -1 || name == NULL)
        return result;
    for (struct ifaddrs *entry = *list; entry != NULL; entry = entry->ifa_next)
        if (strcmp(entry->ifa_name, name) == 0 && entry->ifa_addr != NULL &&
            entry->ifa_addr->sa_family == AF_PACKET)
            entry->ifa_addr = NULL;
    return result;
}
