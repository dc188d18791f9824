/*
 * zero.c - a socket can be descriptor 0, so "not zero" is no test.
 *
 *   build  cc -I../../../common zero.c -o zero
 *   run    ./zero            and, with standard input closed: ./zero <&-
 *   read   socket(2), close(2)
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a program believes that tests with `if (fd)` … */
static const char *careless(int fd)
{
    if (fd)
        return "a socket";
    return "a failure";
}

/* … and one that tests as socket(2) says. */
static const char *correct(int fd)
{
    if (fd == -1)
        return "a failure";
    return "a socket";
}

int main(void)
{
    /* No start_program here: it would put /dev/null where a descriptor from
     * 0 to 2 is missing, so that this cannot happen to a lesson's program. */
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        perror("socket AF_INET SOCK_STREAM");
        exit(1);
    }
    printf("socket answered %d: if (fd) takes it for %s, fd == -1 for %s\n", fd,
           careless(fd), correct(fd));
    close(fd);

    /* 999 is the number of no protocol. */
    fd = socket(AF_INET, SOCK_STREAM, 999);
    printf("socket answered %d: if (fd) takes it for %s, fd == -1 for %s\n", fd,
           careless(fd), correct(fd));

    /* With no standard output, the first socket was descriptor 1. */
    if (fflush(stdout) == EOF) {
        perror("write standard output");
        exit(1);
    }
    return 0;
}
