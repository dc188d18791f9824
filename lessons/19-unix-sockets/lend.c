/*
 * lend.c - open a file, read its first line, lend the descriptor to a client.
 *
 *   build  cc -I../../common lend.c ../../common/error.c -o lend
 *   run    ./lend [PATH]                 default socket; one client, then the
 *                                        end
 *   read   unix(7) SCM_RIGHTS, sendmsg(2); descriptor.h, path.h
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptor.h"
#include "error.h"
#include "path.h"

/* A file of two lines that has no name any more: nobody can open it. */
static int write_letter(void)
{
    static const char letter[] = "The first line is read by the lender.\n"
                                 "The second line is read by the borrower.\n";
    char name[] = "/tmp/letter-XXXXXX";
    int fd = mkstemp(name);
    if (fd == -1)
        die("open %s", name);
    if (unlink(name) == -1)
        die("unlink %s", name);
    if (write(fd, letter, sizeof letter - 1) != sizeof letter - 1)
        die("write the letter");
    if (lseek(fd, 0, SEEK_SET) == -1)
        die("lseek descriptor %d", fd);
    return fd;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("lend [PATH]");
    struct sockaddr_un self = address_of(argc > 1 ? argv[1] : "socket");

    int file = write_letter();
    char c = '\0';
    while (c != '\n' && read(file, &c, 1) == 1)
        putchar(c);
    printf("descriptor %d stands at byte %lld of a file without a name\n", file,
           (long long)lseek(file, 0, SEEK_CUR));

    int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind %s", self.sun_path);
    if (listen(listenfd, 1) == -1)
        die("listen at %s", self.sun_path);
    printf("listening on %s\n", self.sun_path);
    int connfd;
    do
        connfd = accept(listenfd, NULL, NULL);
    while (connfd == -1 && (errno == EINTR || errno == ECONNABORTED));
    int error = errno;

    /* One client was all. The name has done its work. */
    if (unlink(self.sun_path) == -1)
        report("unlink %s", self.sun_path);
    errno = error;
    if (connfd == -1)
        die("accept at %s", self.sun_path);
    send_descriptor(connfd, file);
    printf("lent descriptor %d\n", file);
    if (shutdown(connfd, SHUT_WR) == -1) /* that was all from us */
        report("shutdown");

    /* What the borrower has read, we have read: the position is one for both,
     * as it is after dup and fork. */
    while (recv(connfd, &c, 1, 0) == -1 && errno == EINTR)
        ;
    printf("descriptor %d stands at byte %lld\n", file,
           (long long)lseek(file, 0, SEEK_CUR));
    close(connfd);
    return 0;
}
