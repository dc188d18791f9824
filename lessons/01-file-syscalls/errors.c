/*
 * errors.c - a call that fails answers -1, and errno holds the reason.
 *
 *   build  cc -I../../common errors.c ../../common/error.c -o errors
 *   run    ./errors [FILE]               default missing.txt
 *   read   errno(3), strerror(3), perror(3), exit(3)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("errors [FILE]");
    const char *path = argc > 1 ? argv[1] : "missing.txt";

    int fd = open(path, O_RDONLY);
    if (fd != -1) {
        printf("open %s: descriptor %d, no error\n", path, fd);
        close(fd);
        exit(EXIT_SUCCESS);
    }

    /* Keep the reason before we do anything else: each later call may put
     * its own into errno, printf as well. */
    int reason = errno;
    printf("open %s: -1\n", path);

    /* A number, its name in the programs, and its text for people. */
    printf("errno: %d\n", reason);
    printf("symbol: %s\n", error_symbol(reason));
    printf("strerror: %s\n", strerror(reason));

    /* perror prints that text on standard error, after a word of ours. */
    errno = reason;
    perror("perror");

    /* And this is how the programs of this workbook say it. */
    errno = reason;
    die("open %s", path);
}
