/* DST is made aside, and gets its name when it is complete: link for a new one,
 * rename over an old one. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int pour(int from, int to, long *total)
{
    char room[4000];
    ssize_t got, put;
    while ((got = read(from, room, sizeof room)) > 0)
        for (char *p = room; got > 0; p += put, got -= put, *total += put)
            if ((put = write(to, p, (size_t)got)) == -1)
                return -1;
    return (int)got;
}

static int copy(const char *src, const char *dst, int keep)
{
    struct stat one, two;
    char aside[5000];
    long total = 0;
    snprintf(aside, sizeof aside, "%s.part", dst);
    int from = open(src, O_RDONLY);
    if (from == -1)
        return -1;
    if (stat(dst, &two) == 0) {
        fstat(from, &one);
        if ((one.st_dev == two.st_dev && one.st_ino == two.st_ino) ||
            S_ISDIR(two.st_mode)) {
            close(from);
            return -1;
        }
    }
    int to = open(aside, O_RDWR | O_CREAT | O_TRUNC, 0644);
    int result = to == -1 ? -1 : pour(from, to, &total);
    if (to != -1 && close(to) == -1)
        result = -1;
    close(from);
    if (result == 0)
        result = keep ? link(aside, dst) : rename(aside, dst);
    if (keep || result == -1)
        unlink(aside);
    if (result == 0)
        printf("copied %ld bytes: %s -> %s\n", total, src, dst);
    return result;
}

int main(int argc, char **argv)
{
    int status = EXIT_SUCCESS, i = 1, keep = 0;
    if (argc > 1 && !strcmp(argv[1], "--no-clobber"))
        keep = 1, i = 2;
    for (; i < argc - 1; i += 2)
        if (copy(argv[i], argv[i + 1], keep) != 0) {
            perror(argv[i]);
            fputs("(this pair was left out)\n", stderr);
            status = EXIT_FAILURE;
        }
    return status;
}
