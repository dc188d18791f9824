/*
 * exclusive.c - what O_EXCL excludes: alone nothing, with O_CREAT any file
 * of that name, even a symbolic link that leads nowhere.
 *
 *   build  cc -I../../../common exclusive.c ../../../common/error.c \
 *             -o exclusive
 *   run    ./exclusive
 *   read   open(2), symlink(7)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

static void try_open(const char *path, const char *name, int flags)
{
    int fd = open(path, flags, 0644);
    if (fd == -1) {
        int reason = errno;
        printf("open %s %s: %s [%s]\n", path, name, strerror(reason),
               error_symbol(reason));
        return;
    }
    printf("open %s %s: descriptor %d\n", path, name, fd);
    close(fd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("exclusive");

    unlink("note.txt"); /* what an earlier run may have left */
    unlink("link.txt");
    unlink("nowhere.txt");

    try_open("note.txt", "O_CREAT|O_EXCL", O_WRONLY | O_CREAT | O_EXCL);
    try_open("note.txt", "O_CREAT|O_EXCL", O_WRONLY | O_CREAT | O_EXCL);
    try_open("note.txt", "O_EXCL", O_WRONLY | O_EXCL);

    if (symlink("nowhere.txt", "link.txt") == -1)
        die("symlink link.txt to nowhere.txt");
    printf("link.txt leads to nowhere.txt, which does not exist\n");
    try_open("link.txt", "O_WRONLY", O_WRONLY);
    try_open("link.txt", "O_CREAT|O_EXCL", O_WRONLY | O_CREAT | O_EXCL);

    /* Without O_EXCL the link is followed, and the file is made over there:
     * in a directory where others can make links, that is an attack. */
    try_open("link.txt", "O_CREAT", O_WRONLY | O_CREAT);
    try_open("nowhere.txt", "O_WRONLY", O_WRONLY);
    return 0;
}
