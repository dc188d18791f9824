/*
 * librarian.c - lend a file to whoever comes: each gets a descriptor of it.
 *
 *   build  cc -I../../../../common librarian.c ../../../../common/error.c \
 *             ../../../../common/net.c ../../../../common/stop.c -o librarian
 *   run    ./librarian PATH FILE         it serves until Ctrl-C or kill, and
 *                                        ends with 0
 *   read   unix(7), bind(2), flock(2), sendmsg(2), cmsg(3)
 */
#define _GNU_SOURCE /* struct ucred, SO_PEERCRED: Linux's; ppoll */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "stop.h"

static struct sockaddr_un self = {.sun_family = AF_UNIX};
static struct stat made; /* the file that our bind made */

/* A path that is too long is refused, not cut: what is left of it is another
 * file's name. */
static void set_path(const char *path)
{
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof self.sun_path)
        refuse("path \"%s\": a socket's path has from 1 to %zu bytes", path,
               sizeof self.sun_path - 1);
    memcpy(self.sun_path, path, length + 1);
}

/* Has a librarian of ours left this file? Then it is a socket's, it is our
 * user's, and nobody is behind it. A datagram socket learns that without
 * waiting: a living stream socket is EPROTOTYPE to it, its queue full or not.
 */
static bool is_stale(void)
{
    struct stat file;
    if (lstat(self.sun_path, &file) == -1 || !S_ISSOCK(file.st_mode) ||
        file.st_uid != geteuid())
        return false;
    int probe = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (probe == -1)
        die("socket AF_UNIX SOCK_DGRAM");
    bool refused =
        connect(probe, (struct sockaddr *)&self, sizeof self) == -1 &&
        errno == ECONNREFUSED;
    close(probe);
    return refused;
}

/* Two that start together must not both find the same stale file: they take
 * turns. Closing the descriptor ends the turn. */
static int lock_directory(void)
{
    char copy[sizeof self.sun_path];
    memcpy(copy, self.sun_path, sizeof copy);
    const char *directory = dirname(copy);
    int fd = open(directory, O_RDONLY | O_DIRECTORY);
    if (fd == -1)
        die("open %s", directory);
    while (flock(fd, LOCK_EX) == -1)
        if (errno != EINTR)
            die("flock %s", directory);
    return fd;
}

/* At exit: is the file of this name still the one that our bind made? */
static void remove_path(void)
{
    struct stat file;
    if (lstat(self.sun_path, &file) == -1 || file.st_dev != made.st_dev ||
        file.st_ino != made.st_ino)
        return;
    if (unlink(self.sun_path) == -1)
        report("unlink %s", self.sun_path);
}

static int listen_at_path(void)
{
    int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    int lock = lock_directory();
    catch_stop(); /* before there is something to remove */
    if (is_stale() && unlink(self.sun_path) == -1)
        die("unlink %s", self.sun_path);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind %s", self.sun_path);
    if (lstat(self.sun_path, &made) == -1)
        die("lstat %s", self.sun_path);
    if (atexit(remove_path) != 0)
        die("atexit");
    close(lock);
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen at %s", self.sun_path);
    return listenfd;
}

/* The descriptor travels beside a byte, in a control message. A client that
 * has left is told of, and is no reason to end. */
static void send_descriptor(int connfd, int fd)
{
    union { /* with the alignment of the header */
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof fd)];
    } control = {0};
    char byte = '!';
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(cmsg), &fd, sizeof fd);

    ssize_t n;
    do
        n = sendmsg(connfd, &message, MSG_NOSIGNAL);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        report("sendmsg descriptor %d", fd);
}

/* Each client gets an open file of its own: what one reads does not move the
 * others. Our copy of the descriptor has done its work when it is sent. */
static void serve(int connfd, const char *name)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(connfd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1) {
        report("getsockopt SO_PEERCRED");
        return;
    }
    printf("user %u came\n", peer.uid);
    int fd = open(name, O_RDONLY);
    if (fd == -1) {
        report("open %s", name);
        return;
    }
    send_descriptor(connfd, fd);
    close(fd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("librarian PATH FILE");
    set_path(argv[1]);
    int listenfd = listen_at_path();
    printf("lending %s at %s\n", argv[2], argv[1]);

    while (times_asked() == 0 && !ferror(stdout)) {
        struct pollfd door = {.fd = listenfd, .events = POLLIN};
        int ready = ppoll(&door, 1, NULL, asleep_mask());
        if (ready == -1 && errno != EINTR) {
            report("ppoll");
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        }
        if (ready != 1)
            continue;
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        serve(connfd, argv[2]);
        close(connfd);
    }
    return 0;
}
