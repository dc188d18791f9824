/*
 * end-of-input.c - the same loop with three types for getchar's result.
 *
 *   build  cc -I../../../common end-of-input.c ../../../common/error.c \
 *             -o end-of-input
 *   run    printf 'a\377b' | ./end-of-input int|signed|unsigned
 *   read   getchar(3)
 *
 * Whether plain char is signed is the machine's affair: on x86 it is, on ARM
 * it is not. So one wrong program has two faults, each on other machines.
 */
#include <stdio.h>
#include <string.h>

#include "error.h"

enum { ENOUGH = 1000000 };

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    const char *type = argc == 2 ? argv[1] : "";
    long bytes = 0;
    if (strcmp(type, "int") == 0) {
        while (bytes < ENOUGH) {
            int c = getchar();
            if (c == EOF)
                break;
            bytes++;
        }
    } else if (strcmp(type, "signed") == 0) {
        while (bytes < ENOUGH) {
            signed char c = (signed char)getchar();
            if (c == EOF)
                break;
            bytes++;
        }
    } else if (strcmp(type, "unsigned") == 0) {
        /* Its values are 0 to 255, and EOF is -1. Compared directly, gcc
         * -Wextra would tell us that the two are never equal. */
        while (bytes < ENOUGH) {
            unsigned char c = (unsigned char)getchar();
            int value = c;
            if (value == EOF)
                break;
            bytes++;
        }
    } else {
        usage("end-of-input int|signed|unsigned");
    }
    if (bytes == ENOUGH)
        printf("%s: no end after %ld bytes\n", type, bytes);
    else
        printf("%s: the end after %ld bytes\n", type, bytes);
    return 0;
}
