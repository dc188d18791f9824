/*
 * leak.c - what it costs to forget freeifaddrs.
 *
 *   build  cc -I../../../common leak.c ../../../common/error.c -o leak
 *   run    ./leak
 *   read   getifaddrs(3), proc(5) on /proc/pid/statm
 */
#include <ifaddrs.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

enum { LISTS = 1000 };

static struct ifaddrs *get(void)
{
    struct ifaddrs *list;
    if (getifaddrs(&list) == -1)
        die("getifaddrs");
    return list;
}

/* How much memory for data this process has from the kernel, in bytes. */
static long data_size(void)
{
    long pages;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm == NULL)
        die("fopen /proc/self/statm");
    if (fscanf(statm, "%*s %*s %*s %*s %*s %ld", &pages) != 1) // NOLINT
        die("fscanf /proc/self/statm");
    fclose(statm);
    return pages * sysconf(_SC_PAGESIZE);
}

int main(int argc, char *argv[])
{
    static struct ifaddrs *lists[LISTS];
    start_program(argv[0]);
    if (argc > 1)
        usage("leak");

    /* What all this needs once, it has before we begin to measure. */
    freeifaddrs(get());
    data_size();

    long before = data_size();
    for (int i = 0; i < LISTS; i++)
        freeifaddrs(get());
    printf("%d lists, each freed: %ld bytes more\n", LISTS,
           data_size() - before);

    before = data_size();
    for (int i = 0; i < LISTS; i++)
        lists[i] = get();
    long more = data_size() - before;
    printf("%d lists, none freed: %ld bytes more, %ld for each\n", LISTS, more,
           more / LISTS);

    for (int i = 0; i < LISTS; i++)
        freeifaddrs(lists[i]);
    return 0;
}
