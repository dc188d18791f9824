/* librarian with a child for each client, a pipe that the handler writes into,
 * select, and the lesson's headers, which may die: only the child does. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"
#include "error.h"
#include "path.h"

static int wake[2];

static void on_signal(int number)
{
    int saved = errno;
    char c = (char)number;
    if (write(wake[1], &c, 1) == -1)
        abort();
    errno = saved;
}

static _Noreturn void child(int fd, const char *book)
{
    int copy = open(book, O_RDONLY);
    if (copy == -1)
        die("open %s", book);
    send_descriptor(fd, copy);
    exit(0);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("librarian PATH FILE");
    struct sockaddr_un self = address_of(argv[1]);
    if (pipe(wake) == -1)
        die("pipe");
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);

    struct stat made, found;
    int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (lstat(argv[1], &found) == 0 && S_ISSOCK(found.st_mode)) {
        int probe = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        if (connect(probe, (struct sockaddr *)&self, sizeof self) == -1 &&
            errno == ECONNREFUSED)
            remove(argv[1]);
        close(probe);
    }
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind %s", argv[1]);
    if (stat(argv[1], &made) == -1 || listen(listenfd, 20) == -1)
        die("listen %s", argv[1]);
    printf("lending %s at %s\n", argv[2], argv[1]);

    for (;;) {
        fd_set set;
        FD_ZERO(&set);
        FD_SET(listenfd, &set);
        FD_SET(wake[0], &set);
        int top = listenfd > wake[0] ? listenfd : wake[0];
        if (select(top + 1, &set, NULL, NULL, NULL) == -1)
            continue;
        if (FD_ISSET(wake[0], &set)) {
            char number;
            if (read(wake[0], &number, 1) == 1 && number != SIGCHLD)
                break;
            while (waitpid(-1, NULL, WNOHANG) > 0)
                ;
        }
        if (!FD_ISSET(listenfd, &set))
            continue;
        int fd = accept(listenfd, NULL, NULL);
        if (fd == -1)
            continue;
        struct ucred peer;
        socklen_t len = sizeof peer;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
            printf("user %u came\n", peer.uid);
        fflush(stdout);
        if (fork() == 0)
            child(fd, argv[2]);
        close(fd);
    }
    if (stat(argv[1], &found) == 0 && found.st_ino == made.st_ino)
        remove(argv[1]);
    return 0;
}
