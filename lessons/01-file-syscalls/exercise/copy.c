/*
 * copy.c - copy files, pair by pair: each SRC to the DST behind it.
 *
 *   build  cc -I../../../common copy.c ../../../common/error.c -o copy
 *   run    ./copy [--no-clobber] SRC DST [SRC DST]...
 *   check  make check-01
 *   read   open(2), read(2), write(2), close(2), stat(2)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

/* ---- edit below -------------------------------------------------------- */

/* Copy src to dst; with no_clobber only if the name dst is free. Returns
 * whether it was done; what was wrong has been said on stderr. */
static bool copy(const char *src, const char *dst, bool no_clobber)
{
    /* 1. Open src for reading. Is dst another name of this very file? */

    /* 2. Open dst for writing. */

    /* 3. Until the end of src: read a piece, and write all of it. */

    /* 4. Close both, on each way out of here. Say how many bytes it was. */

    printf("not copied yet: %s -> %s%s\n", src, dst,
           no_clobber ? ", if that is new" : "");
    return false;
}

/* ---- edit above -------------------------------------------------------- */

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
