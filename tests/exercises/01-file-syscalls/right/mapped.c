/* SRC is mapped into memory; a child for each pair; common/'s report. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

static void copy(const char *src, const char *dst, int flags)
{
    struct stat a, b;
    int from = open(src, O_RDONLY);
    if (from == -1 || fstat(from, &a) == -1)
        die("open %s", src);
    if (stat(dst, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        refuse("%s is %s", src, dst);
    int to = open(dst, O_WRONLY | O_CREAT | flags, 0644);
    if (to == -1)
        die("open %s", dst);
    size_t size = (size_t)a.st_size;
    const char *all = "";
    if (size > 0 &&
        (all = mmap(NULL, size, PROT_READ, MAP_PRIVATE, from, 0)) == MAP_FAILED)
        die("mmap %s", src);
    for (size_t done = 0; done < size;) {
        ssize_t n = write(to, all + done, size - done);
        if (n == -1)
            die("write %s", dst);
        done += (size_t)n;
    }
    if (close(to) == -1)
        die("close %s", dst);
    printf("copied %zu bytes: %s -> %s\n", size, src, dst);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    int keep = argc > 1 && strcmp(argv[1], "--no-clobber") == 0, failed = 0;
    for (int i = keep ? 2 : 1; i + 1 < argc; i += 2) {
        pid_t child = fork();
        if (child == 0) {
            copy(argv[i], argv[i + 1], keep ? O_EXCL : O_TRUNC);
            exit(0);
        }
        int status;
        if (child == -1 || waitpid(child, &status, 0) == -1 || status != 0)
            failed = 1;
    }
    return failed;
}
