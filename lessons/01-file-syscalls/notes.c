/*
 * notes.c - write a note to a file, add to it, and read it back.
 *
 *   build  cc -I../../common notes.c ../../common/error.c -o notes
 *   run    ./notes [FILE]                default notes.txt
 *   read   open(2), write(2), read(2), close(2)
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("notes [FILE]");
    const char *path = argc > 1 ? argv[1] : "notes.txt";

    /* Create the file, or empty it if it is there already. 0644 is for a new
     * file only: the owner may read and write it, everyone else read it. */
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd == -1)
        die("open %s for writing", path);
    printf("open %s for writing: descriptor %d\n", path, fd);

    /* The answer is the number of bytes that the kernel took. */
    ssize_t n = write(fd, "hello, ", 7);
    if (n == -1)
        die("write 7 bytes to %s", path);
    printf("write 7 bytes: %zd\n", n);

    /* Now the number is free, and nothing can be written through it. */
    if (close(fd) == -1)
        die("close %d", fd);
    printf("close %d\n", fd);

    /* No O_TRUNC: what is there stays. O_APPEND: go to its end first. */
    fd = open(path, O_WRONLY | O_APPEND);
    if (fd == -1)
        die("open %s for appending", path);
    printf("open %s for appending: descriptor %d\n", path, fd);

    n = write(fd, "world!", 6);
    if (n == -1)
        die("write 6 bytes to %s", path);
    printf("write 6 bytes: %zd\n", n);

    if (close(fd) == -1)
        die("close %d", fd);
    printf("close %d\n", fd);

    fd = open(path, O_RDONLY);
    if (fd == -1)
        die("open %s for reading", path);
    printf("open %s for reading: descriptor %d\n", path, fd);

    /* We wrote 7 bytes and 6. A file does not remember that: it gives as
     * many as we ask for, while it has them. 0 is no error, but the end. */
    char piece[8];
    while ((n = read(fd, piece, sizeof piece)) > 0)
        printf("read at most 8 bytes: %zd, \"%.*s\"\n", n, (int)n, piece);
    if (n == -1)
        die("read %s", path);
    printf("read at most 8 bytes: 0, end of file\n");

    if (close(fd) == -1)
        die("close %d", fd);
    printf("close %d\n", fd);
    return 0;
}
