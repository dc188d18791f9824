/* librarian with a thread that sees to the signals, handlers and all, before
 * the main thread goes on; blocking accept, which a signal does not end; the
 * path is locked by nobody, and probed by a datagram. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un at = {.sun_family = AF_UNIX};
static struct stat mine;
static sem_t ready, asked, bound;

static void ask(int number)
{
    (void)number;
    sem_post(&asked);
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) == -1)
        continue;
}

static void *watch(void *nothing)
{
    struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sem_post(&ready);
    wait_for(&bound);
    wait_for(&asked);
    struct stat now;
    if (lstat(at.sun_path, &now) == 0 && now.st_ino == mine.st_ino &&
        now.st_dev == mine.st_dev)
        unlink(at.sun_path);
    fflush(stdout);
    _exit(0);
    return nothing;
}

static void lend(int client, const char *name)
{
    struct ucred who;
    socklen_t size = sizeof who;
    if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &size) == -1)
        return;
    printf("user %u came\n", who.uid);
    fflush(stdout);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        perror(name);
        return;
    }
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec byte = {"x", 1};
    struct msghdr m = {.msg_iov = &byte,
                       .msg_iovlen = 1,
                       .msg_control = room,
                       .msg_controllen = sizeof room};
    *CMSG_FIRSTHDR(&m) = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd),
                                          .cmsg_level = SOL_SOCKET,
                                          .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof fd);
    while (sendmsg(client, &m, MSG_NOSIGNAL) == -1 && errno == EINTR)
        continue;
    close(fd);
}

int main(int argc, char *argv[])
{
    if (argc != 3 || strlen(argv[1]) >= sizeof at.sun_path) {
        fprintf(stderr, "usage: librarian PATH FILE, PATH of 107 bytes\n");
        return 2;
    }
    strcpy(at.sun_path, argv[1]);
    sem_init(&ready, 0, 0);
    sem_init(&asked, 0, 0);
    sem_init(&bound, 0, 0);
    pthread_t watcher;
    if (pthread_create(&watcher, NULL, watch, NULL) != 0)
        return 1;
    wait_for(&ready);

    struct stat there;
    int probe = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (lstat(at.sun_path, &there) == 0 && S_ISSOCK(there.st_mode) &&
        connect(probe, (void *)&at, sizeof at) == -1 && errno == ECONNREFUSED)
        unlink(at.sun_path);
    close(probe);
    int door = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(door, (void *)&at, sizeof at) == -1 ||
        lstat(at.sun_path, &mine) == -1 || listen(door, 64) == -1) {
        perror(at.sun_path);
        return 1;
    }
    sem_post(&bound);
    printf("lending %s at %s\n", argv[2], argv[1]);
    fflush(stdout);
    for (;;) {
        int client = accept(door, NULL, NULL);
        if (client == -1)
            continue;
        lend(client, argv[2]);
        close(client);
    }
}
