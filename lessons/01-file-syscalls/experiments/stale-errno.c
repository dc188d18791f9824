/*
 * stale-errno.c - errno read too late is the errno of another call.
 *
 *   build  cc -I../../../common stale-errno.c ../../../common/error.c \
 *             -o stale-errno
 *   run    ./stale-errno
 *   read   errno(3), perror(3)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("stale-errno");

    /* A log on a disk that is full. */
    int log = open("/dev/full", O_WRONLY);
    if (log == -1)
        die("open /dev/full");

    int fd = open("missing.txt", O_RDONLY); /* fails: that is our question */
    int at_once = errno;

    close(fd); /* tidy up, although there is nothing to close */
    int after_close = errno;
    perror("after close, perror: open missing.txt");

    dprintf(log, "cannot open missing.txt\n"); /* tell the log: it is full */
    int after_log = errno;
    perror("after the log, perror: open missing.txt");

    /* A call that succeeds says nothing in errno: the old value stays. */
    errno = at_once;
    fd = open("/dev/null", O_RDONLY);
    int after_success = errno;
    if (fd == -1)
        die("open /dev/null");
    close(fd);

    printf("errno at once: %d %s\n", at_once, error_symbol(at_once));
    printf("after close: %d %s\n", after_close, error_symbol(after_close));
    printf("after the log: %d %s\n", after_log, error_symbol(after_log));
    printf("put back to %d, then a successful open: still %d\n", at_once,
           after_success);
    close(log);
    return 0;
}
