/*
 * access-modes.c - can access modes be combined? O_RDONLY is 0, O_WRONLY 1,
 * O_RDWR 2: they are three numbers, not three bits.
 *
 *   build  cc -I../../../common access-modes.c ../../../common/error.c \
 *             -o access-modes
 *   run    ./access-modes
 *   read   open(2), read(2), write(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

/* Open the file with this access mode, then read a byte and write one. */
static void try_mode(const char *name, int mode)
{
    int fd = open("note.txt", mode);
    if (fd == -1)
        die("open note.txt %s", name);
    printf("%s is %d: ", name, mode);

    char c = 'x';
    ssize_t n = read(fd, &c, 1);
    printf("read %s, ", n == -1 ? error_symbol(errno) : "works");
    n = write(fd, &c, 1);
    printf("write %s\n", n == -1 ? error_symbol(errno) : "works");
    close(fd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("access-modes");

    int fd = open("note.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd == -1)
        die("open note.txt");
    if (write(fd, "note", 4) == -1)
        die("write 4 bytes to note.txt");
    close(fd);

    try_mode("O_RDONLY", O_RDONLY);
    try_mode("O_WRONLY", O_WRONLY);
    try_mode("O_RDWR", O_RDWR);
    try_mode("O_RDONLY|O_WRONLY", O_RDONLY | O_WRONLY);
    try_mode("O_WRONLY|O_RDWR", O_WRONLY | O_RDWR);
    return 0;
}
