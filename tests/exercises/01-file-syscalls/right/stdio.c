/* stdio all the way, "x" for a new file, nothing from common/. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int same(FILE *in, const char *dst)
{
    struct stat a, b;
    return !fstat(fileno(in), &a) && !stat(dst, &b) && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static int complain(const char *name)
{
    fprintf(stderr, "%s: %s\n", name, strerror(errno));
    return 1;
}

static int copy(const char *src, const char *dst, int keep)
{
    FILE *in = fopen(src, "rb"), *out = NULL;
    if (!in)
        return complain(src);
    int failed = same(in, dst);
    if (failed)
        fprintf(stderr, "%s is %s\n", src, dst);
    else if (!(out = fopen(dst, keep ? "wbx" : "wb")))
        failed = complain(dst);
    long count = 0;
    int c;
    while (!failed && (c = getc(in)) != EOF)
        if (putc(c, out) == EOF)
            failed = complain(dst);
        else
            count++;
    if (ferror(in))
        failed = complain(src);
    fclose(in);
    if (out && fclose(out) == EOF)
        failed = complain(dst);
    if (!failed)
        printf("copied %ld bytes: %s -> %s\n", count, src, dst);
    return failed;
}

int main(int argc, char **argv)
{
    int keep = argc > 1 && !strcmp(argv[1], "--no-clobber"), failed = 0;
    for (int i = 1 + keep; i + 1 < argc; i += 2)
        failed |= copy(argv[i], argv[i + 1], keep);
    return failed;
}
