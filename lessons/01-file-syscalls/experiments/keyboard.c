/*
 * keyboard.c - read from standard input: a read waits, and then gives what
 * there is.
 *
 *   build  cc -I../../../common keyboard.c ../../../common/error.c \
 *             -o keyboard
 *   run    ./keyboard        and type; Ctrl-D at a line's start ends the input
 *   read   read(2), stdin(3), termios(3) VEOF
 */
#include <stdio.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("keyboard");

    /* Descriptor 0 is open since before main; who opened it is not our
     * concern. There is room for 64 bytes, and no need to fill it. */
    char bytes[64];
    ssize_t n;
    while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        printf("read at most 64 bytes: %zd\n", n);
    if (n == -1)
        die("read standard input");
    printf("read at most 64 bytes: 0, end of input\n");
    return 0;
}
