/*
 * outside.c - where descriptor 1,500 goes in a set that ends at 1,023.
 *
 *   build  cc -I../../../common outside.c ../../../common/error.c -o outside
 *   run    ./outside
 *   read   select(2), on FD_SETSIZE; select_tut(2)
 */
/* Some compilers set this by themselves, and then FD_SET aborts the program
 * (feature_test_macros(7)). We want to see what happens without. */
#undef _FORTIFY_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

#include "error.h"

enum { FD = 1500 };

/* Not for sanitizers: they would stop us here, and rightly. */
__attribute__((no_sanitize("undefined"))) static void careless(int fd,
                                                               fd_set *set)
{
    FD_SET(fd, set);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("outside");

    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE");
    int fds[2];
    if (pipe(fds) == -1)
        die("pipe");
    int fd = dup2(fds[0], FD);
    if (fd == -1)
        die("dup2 to descriptor %d", FD);
    printf("a set has %zu bytes, for the descriptors 0 to %d\n", sizeof(fd_set),
           FD_SETSIZE - 1);

    /* Two sets, one behind the other, as two variables may well lie. So what
     * goes wrong here stays within memory that is ours. */
    fd_set sets[2];
    FD_ZERO(&sets[0]);
    FD_ZERO(&sets[1]);
    careless(fd, &sets[0]);
    printf("descriptor %d into the first of two sets: byte %d\n", FD, FD / 8);
    for (int i = 0; i < FD_SETSIZE; i++) {
        if (FD_ISSET(i, &sets[0]))
            printf("  the first set has %d\n", i);
        if (FD_ISSET(i, &sets[1]))
            printf("  the second set has %d\n", i);
    }

    /* The kernel asks for no limit either: nfds says how many bits there are,
     * and that many bits it writes back. */
    int ready = select(FD + 1, &sets[0], NULL, NULL, &(struct timeval){0});
    if (ready == -1)
        die("select");
    printf("select with nfds %d: %d ready\n", FD + 1, ready);
    printf("  the second set, which it was not given, %s\n",
           FD_ISSET(FD - FD_SETSIZE, &sets[1]) ? "is as it was"
                                               : "has been cleared");
    return 0;
}
