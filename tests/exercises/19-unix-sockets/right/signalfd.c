/* librarian with signalfd and epoll, a non-blocking stream as the probe, and
 * without common/. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un name = {.sun_family = AF_LOCAL};
static socklen_t room;

static int nobody_there(void)
{
    int probe = socket(AF_LOCAL, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int answer = connect(probe, (void *)&name, room);
    int why = errno;
    close(probe);
    return answer == -1 && why == ECONNREFUSED;
}

static void lend(int to, const char *book)
{
    char dot = '.';
    struct iovec iov = {&dot, 1};
    struct ucred who;
    socklen_t len = sizeof who;
    _Alignas(struct cmsghdr) char aside[CMSG_SPACE(sizeof(int))];
    struct msghdr m = {0};
    if (getsockopt(to, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0)
        dprintf(1, "user %d came\n", (int)who.uid);
    int fd = openat(AT_FDCWD, book, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        perror(book);
        return;
    }
    memset(aside, 0, sizeof aside);
    m.msg_iov = &iov;
    m.msg_iovlen = 1;
    m.msg_control = aside;
    m.msg_controllen = sizeof aside;
    CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
    CMSG_FIRSTHDR(&m)->cmsg_type = SCM_RIGHTS;
    CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof fd);
    while (sendmsg(to, &m, MSG_NOSIGNAL) == -1 && errno == EINTR)
        continue;
    close(fd);
}

int main(int argc, char **argv)
{
    struct stat there, mine;
    struct epoll_event event = {.events = EPOLLIN};
    sigset_t stop;
    if (argc != 3 || strlen(argv[1]) > sizeof name.sun_path - 1) {
        fprintf(stderr, "usage: librarian PATH FILE\n");
        return 2;
    }
    strcpy(name.sun_path, argv[1]);
    room = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                       strlen(argv[1]) + 1);
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    int signals = signalfd(-1, &stop, 0);
    int door = socket(AF_LOCAL, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(door, (void *)&name, room) == -1) {
        if (errno != EADDRINUSE || lstat(argv[1], &there) == -1 ||
            (there.st_mode & S_IFMT) != S_IFSOCK || !nobody_there() ||
            unlink(argv[1]) == -1 || bind(door, (void *)&name, room) == -1) {
            fprintf(stderr, "librarian: %s is taken\n", argv[1]);
            return 1;
        }
    }
    lstat(argv[1], &mine);
    listen(door, 100);
    dprintf(1, "lending %s at %s\n", argv[2], argv[1]);
    int list = epoll_create1(0);
    event.data.fd = door;
    epoll_ctl(list, EPOLL_CTL_ADD, door, &event);
    event.data.fd = signals;
    epoll_ctl(list, EPOLL_CTL_ADD, signals, &event);
    for (;;) {
        if (epoll_wait(list, &event, 1, -1) != 1)
            continue;
        if (event.data.fd == signals)
            break;
        int client = accept4(door, NULL, NULL, 0);
        if (client == -1)
            continue;
        lend(client, argv[2]);
        close(client);
    }
    if (lstat(argv[1], &there) == 0 && there.st_ino == mine.st_ino &&
        there.st_dev == mine.st_dev)
        unlink(argv[1]);
    return 0;
}
