/* The kernel copies by itself (sendfile); one report at the end, from a buffer
 * of its own; goto for the clean-up. */
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static char *said;
static size_t length;

static void say(const char *format, ...)
{
    char line[9000];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    said = realloc(said, length + (size_t)n);
    if (!said)
        abort();
    memcpy(said + length, line, (size_t)n);
    length += (size_t)n;
}

int main(int argc, char **argv)
{
    int exclusive = 0, status = 0;
    argv++, argc--;
    if (argc && strcmp(*argv, "--no-clobber") == 0)
        exclusive = O_EXCL, argv++, argc--;
    for (; argc >= 2; argv += 2, argc -= 2) {
        int in, out = -1, good = 0;
        long long total = 0;
        struct stat a, b;
        if ((in = open(argv[0], O_RDONLY | O_CLOEXEC)) < 0)
            goto bad;
        if ((out = open(argv[1], O_WRONLY | O_CREAT | O_CLOEXEC | exclusive,
                        0666)) < 0)
            goto bad;
        if (fstat(in, &a) || fstat(out, &b) ||
            (a.st_ino == b.st_ino && a.st_dev == b.st_dev))
            goto bad;
        if (S_ISREG(b.st_mode) && ftruncate(out, 0))
            goto bad;
        if (!S_ISREG(a.st_mode)) { /* a device: sendfile may refuse it */
            char piece[512];
            ssize_t n;
            while ((n = read(in, piece, sizeof piece)) > 0)
                for (ssize_t done = 0, m; done < n; done += m, total += m)
                    if ((m = write(out, piece + done, (size_t)(n - done))) < 0)
                        goto bad;
            good = n == 0;
        } else {
            ssize_t n;
            while ((n = sendfile(out, in, NULL, 1 << 20)) > 0)
                total += n;
            good = n == 0;
        }
    bad:
        if (good)
            say("copied %lld bytes: %s -> %s\n", total, argv[0], argv[1]);
        else
            warn("%s -> %s", argv[0], argv[1]), status = 1;
        if (in >= 0)
            close(in);
        if (out >= 0)
            close(out);
    }
    for (size_t done = 0; done < length;) {
        ssize_t n = write(1, said + done, length - done);
        if (n <= 0)
            return 1;
        done += (size_t)n;
    }
    free(said);
    return status;
}
