/*
 * append.c - two processes add 10,000 records each to one file. Going to
 * the end and writing are two steps, and the other one can come between.
 *
 *   build  cc -I../../../common append.c ../../../common/error.c -o append
 *   run    ./append
 *   read   open(2) O_APPEND, lseek(2), fork(2), pipe(2), wait(2)
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

enum { WRITERS = 2, RECORDS = 10000 };
static const char record[] = "12345678"; /* written without its '\0' */
static const size_t record_size = sizeof record - 1;

static void add_records(int append) /* O_APPEND or 0 */
{
    int fd = open("log.txt", O_WRONLY | append);
    if (fd == -1)
        die("open log.txt");
    for (int i = 0; i < RECORDS; i++) {
        if (append == 0 && lseek(fd, 0, SEEK_END) == -1)
            die("lseek log.txt");
        /* Here the end may move, and only O_APPEND follows it. */
        if (write(fd, record, record_size) != (ssize_t)record_size)
            die("write a record to log.txt");
    }
    close(fd);
}

/* Let two writers loose on an empty file; return how many records it lacks. */
static long lost_records(int append)
{
    int fd = open("log.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd == -1)
        die("open log.txt");
    /* The start: both read from a pipe, and get 0 as soon as we close it. */
    int start[2];
    if (pipe(start) == -1)
        die("pipe");

    for (int i = 0; i < WRITERS; i++) {
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0) {
            char c;
            close(start[1]);
            if (read(start[0], &c, 1) == -1)
                die("read from the pipe");
            add_records(append);
            _exit(0);
        }
    }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < WRITERS; i++) {
        int status;
        if (wait(&status) == -1)
            die("wait");
        if (status != 0) /* it has said why */
            exit(1);
    }

    struct stat file;
    if (fstat(fd, &file) == -1)
        die("fstat log.txt");
    close(fd);
    return (long)WRITERS * RECORDS - (long)file.st_size / (long)record_size;
}

static long worst_of_ten(int append)
{
    long worst = 0;
    for (int i = 0; i < 10; i++) {
        long lost = lost_records(append);
        if (lost > worst)
            worst = lost;
    }
    return worst;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("append");

    /* A loss is a matter of chance, so we go on until we meet one. */
    long lost = 0;
    for (int i = 0; i < 50 && lost == 0; i++)
        lost = worst_of_ten(0);
    printf("lseek, then write: 20000 records, %ld lost\n", lost);

    long lost_appending = worst_of_ten(O_APPEND);
    printf("write with O_APPEND: 20000 records, %ld lost\n", lost_appending);

    unlink("log.txt");
    return lost > 0 && lost_appending == 0 ? 0 : 1;
}
