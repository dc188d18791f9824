/* chat with select, non-blocking sockets, arrays by descriptor, its own calls
 * in place of common/, and a ring for each queue. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM (128 << 10)

static struct {
    int here, broken;
    unsigned number, missed;
    char line[8192];
    size_t have;
    char ring[ROOM];
    size_t head, used;
} who[FD_SETSIZE];

static void put(int fd, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        who[fd].ring[(who[fd].head + who[fd].used++) % ROOM] = text[i];
}

static void give(int fd)
{
    while (who[fd].used > 0) {
        size_t len = ROOM - who[fd].head;
        if (len > who[fd].used)
            len = who[fd].used;
        ssize_t n = write(fd, who[fd].ring + who[fd].head, len);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && errno == EAGAIN)
            return;
        if (n == -1) {
            who[fd].broken = 1;
            return;
        }
        who[fd].head = (who[fd].head + (size_t)n) % ROOM;
        who[fd].used -= (size_t)n;
    }
    if (who[fd].missed > 0) {
        char text[40];
        put(fd, text, (size_t)sprintf(text, "* %u missed\n", who[fd].missed));
        who[fd].missed = 0;
        give(fd);
    }
}

static void tell(int fd, const char *text, size_t len)
{
    if (who[fd].missed > 0 || len > ROOM - who[fd].used) {
        who[fd].missed++;
        return;
    }
    put(fd, text, len);
    give(fd);
}

static void heard(int fd, int top)
{
    ssize_t n = read(fd, who[fd].line + who[fd].have,
                     sizeof who[fd].line - who[fd].have);
    if (n == -1 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        who[fd].broken = 1;
        return;
    }
    who[fd].have += (size_t)n;
    for (;;) {
        char text[9000];
        char *end = memchr(who[fd].line, '\n', who[fd].have);
        size_t len;
        if (end == NULL && who[fd].have < sizeof who[fd].line)
            return;
        len = end ? (size_t)(end - who[fd].line) + 1 : who[fd].have;
        size_t all = (size_t)sprintf(text, "%u: ", who[fd].number);
        memcpy(text + all, who[fd].line, len);
        all += len;
        for (int other = 0; other <= top; other++)
            if (other != fd && who[other].here && !who[other].broken)
                tell(other, text, all);
        who[fd].have -= len;
        memmove(who[fd].line, who[fd].line + len, who[fd].have);
    }
}

int main(int argc, char *argv[])
{
    unsigned numbers = 0;
    int on = 1, top, listenfd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in self = {.sin_family = AF_INET};
    if (argc != 2)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    inet_pton(AF_INET, "127.0.0.1", &self.sin_addr);
    self.sin_port = htons((in_port_t)atoi(argv[1]));
    setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1 ||
        listen(listenfd, 5) == -1) {
        perror("listen");
        return 1;
    }
    fcntl(listenfd, F_SETFL, O_NONBLOCK);
    printf("listening on 127.0.0.1:%s\n", argv[1]);
    fflush(stdout);
    top = listenfd;
    for (;;) {
        fd_set in, out;
        FD_ZERO(&in);
        FD_ZERO(&out);
        FD_SET(listenfd, &in);
        for (int fd = 0; fd <= top; fd++) {
            if (who[fd].here)
                FD_SET(fd, &in);
            if (who[fd].here && who[fd].used > 0)
                FD_SET(fd, &out);
        }
        if (select(top + 1, &in, &out, NULL, NULL) == -1)
            continue;
        for (int fd = 0; fd <= top; fd++) {
            if (who[fd].here && !who[fd].broken && FD_ISSET(fd, &in))
                heard(fd, top);
            if (who[fd].here && !who[fd].broken && FD_ISSET(fd, &out))
                give(fd);
        }
        for (int fd = 0; fd <= top; fd++) {
            if (!who[fd].here || !who[fd].broken)
                continue;
            printf("%u left\n", who[fd].number);
            fflush(stdout);
            who[fd].here = 0;
            close(fd);
        }
        if (FD_ISSET(listenfd, &in)) {
            char text[40];
            int fd = accept(listenfd, NULL, NULL);
            if (fd == -1)
                continue;
            if (fd >= FD_SETSIZE) {
                close(fd);
                continue;
            }
            fcntl(fd, F_SETFL, O_NONBLOCK);
            memset(&who[fd], 0, sizeof who[fd]);
            who[fd].here = 1;
            who[fd].number = ++numbers;
            if (fd > top)
                top = fd;
            tell(fd, text, (size_t)sprintf(text, "you are %u\n", numbers));
        }
    }
}
