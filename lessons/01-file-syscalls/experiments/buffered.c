/*
 * buffered.c - printf is no system call: it collects, and writes later.
 *
 *   build  cc buffered.c -o buffered
 *   run    strace -e trace=write ./buffered
 *          strace -e trace=write ./buffered >words.txt
 *   read   stdio(3), setvbuf(3), exit(3), strace(1)
 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    /* No start_program here: it has stdout written line by line, wherever it
     * leads. This is what a program does by itself. */
    printf("one ");
    printf("two ");
    printf("three\n");
    printf("four ");
    printf("five\n");

    /* A file gets its bytes only now, so only now can we know. */
    if (fflush(stdout) == EOF) {
        perror("write standard output");
        exit(1);
    }
    return 0;
}
