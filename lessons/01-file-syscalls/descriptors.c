/*
 * descriptors.c - which number does open give? The smallest that is free.
 *
 *   build  cc -I../../common descriptors.c ../../common/error.c -o descriptors
 *   run    ./descriptors
 *   read   open(2), close(2), stdin(3)
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("descriptors");

    /* A program is born with three open descriptors. */
    printf("standard input is %d, output %d, error %d\n", STDIN_FILENO,
           STDOUT_FILENO, STDERR_FILENO);

    /* One file, opened three times: three numbers, one after the other. */
    int first = open("/dev/null", O_RDWR);
    if (first == -1)
        die("open /dev/null");
    printf("first open:  descriptor %d\n", first);

    int second = open("/dev/null", O_RDWR);
    if (second == -1)
        die("open /dev/null");
    printf("second open: descriptor %d\n", second);

    int third = open("/dev/null", O_RDWR);
    if (third == -1)
        die("open /dev/null");
    printf("third open:  descriptor %d\n", third);

    if (close(second) == -1)
        die("close %d", second);
    printf("close %d\n", second);

    /* Not the next number, but the smallest one that is free. */
    int fourth = open("/dev/null", O_RDWR);
    if (fourth == -1)
        die("open /dev/null");
    printf("fourth open: descriptor %d\n", fourth);

    /* The kernel closes what is open when a program ends. We close it all
     * the same: a server that runs for a year must not wait for its end. */
    close(first);
    close(fourth);
    close(third);
    return 0;
}
