/*
 * careless.c - walk along the list as if every entry had an address.
 *
 *   build  cc -I../../../common careless.c ../../../common/error.c -o careless
 *   run    ./careless NAME               the families of that interface
 *   read   getifaddrs(3) on ifa_addr
 *
 * It is wrong on purpose, in one line: see interfaces.c for the right one.
 */
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

/* Where this experiment is built with sanitizers, they would catch what is to
 * be seen here. */
const char *__asan_default_options(void); // NOLINT: the sanitizers' own name
const char *__asan_default_options(void)  // NOLINT
{
    return "handle_segv=0";
}

__attribute__((no_sanitize("undefined"))) int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("careless NAME");
    struct ifaddrs *list;
    if (getifaddrs(&list) == -1)
        die("getifaddrs");
    for (const struct ifaddrs *entry = list; entry != NULL;
         entry = entry->ifa_next) {
        if (strcmp(argv[1], entry->ifa_name) != 0)
            continue;
        /* Nobody looks whether there is an ifa_addr. */
        int family = entry->ifa_addr->sa_family;
        printf("%s %s\n", entry->ifa_name,
               family == AF_INET    ? "AF_INET"
               : family == AF_INET6 ? "AF_INET6"
                                    : "AF_PACKET");
    }
    freeifaddrs(list);
    return 0;
}
