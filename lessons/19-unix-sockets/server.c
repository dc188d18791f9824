/*
 * server.c - tell each client who it is, as the kernel knows it.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o server
 *   run    ./server [PATH]               default socket; it serves until
 *                                        Ctrl-C or kill, and ends with 0
 *   read   unix(7), bind(2), flock(2), getsockopt(2); path.h
 */
#define _GNU_SOURCE /* struct ucred, SO_PEERCRED: Linux's; ppoll */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "path.h"
#include "stop.h"

static struct sockaddr_un self;
static struct stat made; /* the file that our bind made */

/*
 * Is this the file of a server of ours that has gone? Then it is a socket's,
 * it is our user's, and no socket answers to it. A datagram socket asks that
 * without disturbing anybody: a living stream socket is EPROTOTYPE to it, be
 * its queue full, or not there yet.
 */
static bool is_stale(const struct sockaddr_un *address)
{
    struct stat file;
    if (lstat(address->sun_path, &file) == -1 || !S_ISSOCK(file.st_mode) ||
        file.st_uid != geteuid())
        return false;
    int probe = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (probe == -1)
        die("socket AF_UNIX SOCK_DGRAM");
    bool refused = connect(probe, (const struct sockaddr *)address,
                           sizeof *address) == -1 &&
                   errno == ECONNREFUSED;
    close(probe);
    return refused;
}

/* Two servers that start together must not both find the same stale file: the
 * slower one would remove what the quicker one has just made. So they take
 * turns; closing the descriptor ends the turn. */
static int lock_directory_of(const char *path)
{
    char copy[sizeof self.sun_path];
    memcpy(copy, path, strlen(path) + 1);
    const char *directory = dirname(copy);
    int fd = open(directory, O_RDONLY | O_DIRECTORY);
    if (fd == -1)
        die("open %s", directory);
    while (flock(fd, LOCK_EX) == -1)
        if (errno != EINTR)
            die("flock %s", directory);
    return fd;
}

/* At exit, however it comes: what bind has made, only we can remove. But is it
 * still ours? Another server may have taken the name. */
static void remove_path(void)
{
    struct stat file;
    if (lstat(self.sun_path, &file) == -1 || file.st_dev != made.st_dev ||
        file.st_ino != made.st_ino)
        printf("%s is not ours any more\n", self.sun_path);
    else if (unlink(self.sun_path) == -1)
        report("unlink %s", self.sun_path);
    else
        printf("removed %s\n", self.sun_path);
}

static int listen_at_path(void)
{
    int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    int lock = lock_directory_of(self.sun_path);
    catch_stop(); /* before there is something to remove */

    if (is_stale(&self) && unlink(self.sun_path) == 0)
        printf("removed %s, which a server had left\n", self.sun_path);
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

/* Who is it? Not the client tells us, but the kernel, which wrote it down when
 * the client called connect. One line fits into a new socket's buffer, so send
 * does not wait, even for a client that never reads. */
static void serve(int connfd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(connfd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1) {
        report("getsockopt SO_PEERCRED");
        return;
    }
    printf("accepted process %d of user %u, group %u\n", peer.pid, peer.uid,
           peer.gid);
    char line[80];
    int length = snprintf(line, sizeof line,
                          "You are process %d of user %u, group %u.\n",
                          peer.pid, peer.uid, peer.gid);
    ssize_t n;
    do
        n = send(connfd, line, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        report("send to process %d", peer.pid);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("server [PATH]");
    self = address_of(argc > 1 ? argv[1] : "socket");
    int listenfd = listen_at_path();
    printf("listening on %s\n", self.sun_path);

    while (times_asked() == 0 && !ferror(stdout)) {
        struct pollfd door = {.fd = listenfd, .events = POLLIN};
        int ready = ppoll(&door, 1, NULL, asleep_mask());
        if (ready == -1 && errno != EINTR) {
            /* It will fail again at once: let it rest for a moment. */
            report("ppoll");
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        }
        if (ready != 1)
            continue;
        /* There is no peer's address to ask for: a client that did not bind
         * has none. */
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        serve(connfd);
        close(connfd);
    }
    return 0;
}
