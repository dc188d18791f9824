/* librarian whose main thread waits for the signals, while another serves;
 * output by stdio and a full buffer, flushed line by line. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int listenfd;
static const char *book;

static void *serve(void *nothing)
{
    for (;;) {
        int client = accept(listenfd, NULL, NULL), fd;
        if (client == -1)
            continue;
        struct ucred peer;
        socklen_t len = sizeof peer;
        if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
            printf("user %lu came\n", (unsigned long)peer.uid);
        fflush(stdout);
        while ((fd = open(book, O_RDONLY)) == -1 && errno == EINTR)
            ;
        if (fd != -1) {
            struct {
                struct cmsghdr header;
                int fd;
                int filler;
            } aside = {{.cmsg_len = CMSG_LEN(sizeof(int)),
                        .cmsg_level = SOL_SOCKET,
                        .cmsg_type = SCM_RIGHTS},
                       fd,
                       0};
            struct iovec data = {.iov_base = "ok", .iov_len = 1};
            struct msghdr message = {.msg_iov = &data,
                                     .msg_iovlen = 1,
                                     .msg_control = &aside,
                                     .msg_controllen = sizeof aside};
            ssize_t n;
            do
                n = sendmsg(client, &message, 0);
            while (n == -1 && errno == EINTR);
            if (n == -1)
                perror("sendmsg");
            close(fd);
        }
        close(client);
    }
    return nothing;
}

int main(int argc, char *argv[])
{
    static struct sockaddr_un self;
    static char buffer[10000];
    struct stat mine = {0}, now = {0};
    pthread_t server;
    sigset_t stop;
    int signal_number;
    if (argc != 3 || strlen(argv[1]) >= sizeof self.sun_path) {
        fprintf(stderr, "PATH has at most %zu bytes\n",
                sizeof self.sun_path - 1);
        return 2;
    }
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    book = argv[2];
    self.sun_family = AF_UNIX;
    memcpy(self.sun_path, argv[1], strlen(argv[1]));
    listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (lstat(argv[1], &now) == 0) {
        int probe = socket(AF_UNIX, SOCK_DGRAM, 0);
        int free_to_take =
            S_ISSOCK(now.st_mode) &&
            connect(probe, (struct sockaddr *)&self, sizeof self) == -1 &&
            errno == ECONNREFUSED;
        close(probe);
        if (free_to_take)
            unlink(argv[1]);
    }
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) != 0 ||
        lstat(argv[1], &mine) != 0 || listen(listenfd, 8) != 0) {
        perror(argv[1]);
        return 1;
    }
    printf("lending %s at %s\n", argv[2], argv[1]);
    fflush(stdout);
    if (pthread_create(&server, NULL, serve, NULL) != 0)
        return 1;
    while (sigwait(&stop, &signal_number) != 0)
        ;
    if (lstat(argv[1], &now) == 0 && now.st_ino == mine.st_ino)
        unlink(argv[1]);
    return 0;
}
