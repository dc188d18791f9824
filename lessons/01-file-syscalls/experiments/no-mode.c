/*
 * no-mode.c - the mistake of O_CREAT without a mode, made three times.
 *
 *   build  cc -I../../../common no-mode.c ../../../common/error.c -o no-mode
 *   run    ./no-mode
 *   read   open(2), umask(2), inode(7)
 */
#undef _FORTIFY_SOURCE /* where a compiler sets it, it refuses the mistake */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define LONGEST 2541

/* Save a note and return the permission bits of its new file. A function
 * such as any program has: it must not know that length matters here. */
__attribute__((noinline)) static unsigned save(const char *path,
                                               const char *text, size_t length)
{
    /* The mistake. open looks for a third argument where the machine passes
     * third arguments, and takes what lies there. */
    int fd = open(path, O_WRONLY | O_CREAT); /* NOLINT */
    if (fd == -1)
        die("open %s", path);

    /* Look before we write: a write may take a set-user-ID bit away. */
    struct stat status;
    if (fstat(fd, &status) == -1)
        die("fstat %s", path);
    if (write(fd, text, length) == -1)
        die("write %zu bytes to %s", length, path);
    close(fd);
    return (unsigned)status.st_mode & 07777U;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("no-mode");
    umask(0); /* take no bits away: we want to see all that open was given */

    char text[LONGEST];
    memset(text, 'x', sizeof text);
    static const struct {
        const char *path;
        size_t length;
    } notes[] = {{"short.txt", 5}, {"middle.txt", 420}, {"long.txt", LONGEST}};
    unsigned bits[3];
    for (int i = 0; i < 3; i++) {
        unlink(notes[i].path); /* a mode counts for a new file only */
        bits[i] = save(notes[i].path, text, notes[i].length);
        printf("%s, %zu bytes: permissions %04o\n", notes[i].path,
               notes[i].length, bits[i]);
        unlink(notes[i].path);
    }

    if (bits[0] == bits[1] && bits[1] == bits[2]) {
        printf("they are equal here: the same bits lay there each time\n");
        return 1;
    }
    printf("one call, different permissions, and nobody asked for them\n");
    return 0;
}
