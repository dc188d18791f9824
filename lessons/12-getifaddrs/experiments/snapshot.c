/*
 * snapshot.c - get the list, change what it tells of, look at it again.
 *
 *   build  cc -I../../../common snapshot.c ../../../common/error.c -o snapshot
 *   run    ./snapshot ADDRESS COMMAND    look for that IPv4 address before
 *                                        and after the command
 *   read   getifaddrs(3), system(3)
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "error.h"

/* The interface that has this address, or NULL. */
static const char *find(const struct ifaddrs *entry, struct in_addr wanted)
{
    for (; entry != NULL; entry = entry->ifa_next) {
        const struct sockaddr_in *address = (const void *)entry->ifa_addr;
        if (address != NULL && address->sin_family == AF_INET &&
            address->sin_addr.s_addr == wanted.s_addr)
            return entry->ifa_name;
    }
    return NULL;
}

static void print(const char *when, const char *name)
{
    printf("%s %s\n", when, name ? name : "nobody has it");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("snapshot ADDRESS COMMAND");
    struct in_addr wanted;
    if (inet_pton(AF_INET, argv[1], &wanted) != 1)
        refuse("address \"%s\": an IPv4 address is needed, as 192.0.2.3",
               argv[1]);

    struct ifaddrs *list, *fresh;
    if (getifaddrs(&list) == -1)
        die("getifaddrs");
    print("the list:           ", find(list, wanted));

    int status = system(argv[2]); // NOLINT(cert-env33-c): to be changed by it
    if (status == -1)
        die("system %s", argv[2]);
    printf("the command ended with %d\n", status);

    /* The same list again: nobody keeps it up to date. */
    print("the list afterwards:", find(list, wanted));
    if (getifaddrs(&fresh) == -1)
        die("getifaddrs");
    print("a new list:         ", find(fresh, wanted));

    freeifaddrs(list);
    freeifaddrs(fresh);
    return 0;
}
