/*
 * flags.c - make a file's descriptor non-blocking, in two ways.
 *
 *   build  cc -I../../../common flags.c ../../../common/error.c -o flags
 *   run    ./flags FILE set|add
 *   read   fcntl(2) on F_GETFL and F_SETFL, open(2) on O_APPEND
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3 ||
        (strcmp(argv[2], "set") != 0 && strcmp(argv[2], "add") != 0))
        usage("flags FILE set|add");
    int fd = open(argv[1], O_WRONLY | O_APPEND);
    if (fd == -1)
        die("open %s", argv[1]);

    int flags = 0;
    if (strcmp(argv[2], "add") == 0)
        flags = fcntl(fd, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
        die("fcntl F_SETFL");

    flags = fcntl(fd, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    printf("O_NONBLOCK %s, O_APPEND %s, %s\n",
           flags & O_NONBLOCK ? "on" : "off", flags & O_APPEND ? "on" : "off",
           (flags & O_ACCMODE) == O_WRONLY ? "write only" : "not write only");
    if (write(fd, "NEW\n", 4) == -1)
        die("write %s", argv[1]);
    close(fd);
    return 0;
}
