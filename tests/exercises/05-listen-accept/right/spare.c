/* When no descriptors are left: a spare one is given up, the client is taken;
 * epoll; the greeting byte by byte; addrlen set once, as all addresses of IPv4
 * have one length. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int spare;

static int take(int listenfd, struct sockaddr_in *peer)
{
    static socklen_t len = sizeof *peer;
    int fd;
    do {
        fd = accept(listenfd, (struct sockaddr *)peer, &len);
        if (fd < 0 && errno == EMFILE) {
            close(spare);
            fd = accept(listenfd, (struct sockaddr *)peer, &len);
        }
    } while (fd < 0);
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: doorman PORT N\n", stderr);
        return 2;
    }
    spare = open("/dev/null", O_RDONLY);
    struct sockaddr_in self, peer;
    memset(&self, 0, sizeof self);
    self.sin_family = AF_INET;
    self.sin_port = htons((unsigned short)atoi(argv[1]));
    inet_aton("127.0.0.1", &self.sin_addr);
    int listenfd = socket(PF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1) {
        fprintf(stderr, "bind: %s\n", strerror(errno));
        exit(1);
    }
    listen(listenfd, 5);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("waiting for %s clients on 127.0.0.1:%s\n", argv[2], argv[1]);
    int epoll = epoll_create(1), i = 1;
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listenfd, &event);
    while (i <= atoi(argv[2])) {
        if (epoll_wait(epoll, &event, 1, -1) < 1)
            continue;
        int fd = take(listenfd, &peer);
        char line[128];
        sprintf(line, "you are client %d of %s, from %s:%hu\n", i++, argv[2],
                inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));
        for (char *at = line; *at;) {
            ssize_t n = send(fd, at, 1, MSG_NOSIGNAL);
            if (n == 1)
                at++;
            else if (errno != EINTR)
                break;
        }
        close(fd);
        if (spare > 2 && fcntl(spare, F_GETFD) == -1)
            spare = open("/dev/null", O_RDONLY);
    }
    puts("all greeted");
}
