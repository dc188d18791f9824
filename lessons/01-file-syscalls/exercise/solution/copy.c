/*
 * copy.c - copy files, pair by pair: each SRC to the DST behind it.
 *
 *   build  cc -I../../../../common copy.c ../../../../common/error.c -o copy
 *   run    ./copy [--no-clobber] SRC DST [SRC DST]...
 *   read   open(2), read(2), write(2), close(2), stat(2)
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

/* A file can have many names, but it has one number on one device. */
static bool is_same_file(int fd, const char *path)
{
    struct stat one, other;
    return fstat(fd, &one) == 0 && stat(path, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* All of it, though write may take a part. The next one says why it did. */
static bool write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t n = write(fd, bytes, count);
        if (n == -1)
            return false;
        bytes += n;
        count -= (size_t)n;
    }
    return true;
}

/* Everything that is in src, from where it is open to where dst is. Returns
 * how many bytes that was, or -1 when the error has been reported. */
static long long pour(int from, const char *src, int to, const char *dst)
{
    char piece[16384];
    long long total = 0;
    ssize_t n;
    while ((n = read(from, piece, sizeof piece)) > 0) {
        if (!write_all(to, piece, (size_t)n)) {
            report("write %s", dst);
            return -1;
        }
        total += n;
    }
    if (n == -1) {
        report("read %s", src);
        return -1;
    }
    return total;
}

/* Copy src to dst; with no_clobber only if the name dst is free. Returns
 * whether it was done; what was wrong has been said on stderr. */
static bool copy(const char *src, const char *dst, bool no_clobber)
{
    int from = open(src, O_RDONLY);
    if (from == -1) {
        report("open %s", src);
        return false;
    }
    /* To open dst is to empty it, so this is the last moment to ask. */
    if (is_same_file(from, dst)) {
        fprintf(stderr, "copy: %s and %s are the same file\n", src, dst);
        close(from);
        return false;
    }
    /* O_EXCL looks and makes in one step: nobody can come in between. */
    int flags = O_WRONLY | O_CREAT | (no_clobber ? O_EXCL : O_TRUNC);
    int to = open(dst, flags, 0644);
    if (to == -1) {
        report("open %s for writing", dst);
        close(from);
        return false;
    }

    long long total = pour(from, src, to, dst);
    close(from);
    /* Some file systems notice only now that there was no room. */
    if (close(to) == -1 && total != -1) {
        report("close %s", dst);
        return false;
    }
    if (total == -1)
        return false;
    printf("copied %lld bytes: %s -> %s\n", total, src, dst);
    return true;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    bool no_clobber = argc > 1 && strcmp(argv[1], "--no-clobber") == 0;
    int first = no_clobber ? 2 : 1;
    if (argc - first < 2 || (argc - first) % 2 != 0)
        usage("copy [--no-clobber] SRC DST [SRC DST]...");

    /* A pair that fails does not keep the others from being copied. */
    int status = 0;
    for (int i = first; i < argc; i += 2)
        if (!copy(argv[i], argv[i + 1], no_clobber))
            status = 1;
    return status;
}
