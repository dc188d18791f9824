/*
 * short-write.c - write may take fewer bytes than it was given. That is no
 * error; the reason comes with the next write.
 *
 *   build  cc -I../../../common short-write.c ../../../common/error.c \
 *             -o short-write
 *   run    ./short-write
 *   read   write(2), setrlimit(2), full(4)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("short-write");

    /* No file of ours may grow beyond 5 bytes. Whoever tries gets SIGXFSZ,
     * which ends the program, unless it is ignored: then write fails. */
    struct rlimit before;
    if (getrlimit(RLIMIT_FSIZE, &before) == -1)
        die("getrlimit RLIMIT_FSIZE");
    struct rlimit small = {.rlim_cur = 5, .rlim_max = before.rlim_max};
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        die("signal SIGXFSZ");

    const char text[] = "hello world!";
    int fd = open("note.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd == -1)
        die("open note.txt");
    if (setrlimit(RLIMIT_FSIZE, &small) == -1)
        die("setrlimit RLIMIT_FSIZE 5 bytes");
    ssize_t first = write(fd, text, 12);
    ssize_t second = write(fd, text + 5, 7);
    int reason = errno;
    /* Our standard output may be a file too: lift the limit, then print. */
    if (setrlimit(RLIMIT_FSIZE, &before) == -1)
        die("setrlimit RLIMIT_FSIZE");
    close(fd);

    printf("write 12 bytes to note.txt: %zd\n", first);
    printf("write the other 7: %zd, %s [%s]\n", second, strerror(reason),
           error_symbol(reason));

    /* A device that is always full. */
    fd = open("/dev/full", O_WRONLY);
    if (fd == -1)
        die("open /dev/full");
    first = write(fd, text, 12);
    reason = errno;
    printf("write 12 bytes to /dev/full: %zd, %s [%s]\n", first,
           strerror(reason), error_symbol(reason));
    close(fd);
    unlink("note.txt");
    return 0;
}
