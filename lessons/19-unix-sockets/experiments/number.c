/*
 * number.c - tell another process the number of a descriptor; then give it.
 *
 *   build  cc -I../../../common number.c ../../../common/error.c \
 *             ../../../common/io.c -o number
 *   run    ./number
 *   read   unix(7) SCM_RIGHTS; ../descriptor.h
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../descriptor.h"
#include "error.h"
#include "io.h"

static void try_read(int fd)
{
    char zeros[10];
    ssize_t n = read(fd, zeros, sizeof zeros);
    if (n == -1)
        report("read descriptor %d", fd);
    else
        printf("child: read %zd bytes from descriptor %d\n", n, fd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("number");
    int sv[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == -1)
        die("socketpair AF_UNIX SOCK_STREAM");
    pid_t pid = fork();
    if (pid == -1)
        die("fork");

    if (pid == 0) {
        close(sv[0]);
        int fd;
        if (recv_all(sv[1], &fd, sizeof fd) != sizeof fd)
            _exit(1);
        printf("child: received the number %d\n", fd);
        try_read(fd); /* it is the parent's number; here it is nobody's */

        fd = receive_descriptor(sv[1]);
        printf("child: received descriptor %d\n", fd);
        try_read(fd);
        _exit(ferror(stdout) ? 1 : 0);
    }

    /* Opened after fork, so it is not inherited. */
    int fd = open("/dev/zero", O_RDONLY);
    if (fd == -1)
        die("open /dev/zero");
    printf("parent: descriptor %d is /dev/zero\n", fd);
    if (send_all(sv[0], &fd, sizeof fd) == -1)
        die("send %zu bytes", sizeof fd);
    send_descriptor(sv[0], fd);
    int status;
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    return status == 0 ? 0 : 1;
}
