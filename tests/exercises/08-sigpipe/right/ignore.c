/* Another family of calls: SIGPIPE ignored, write, nanosleep; nothing of
 * common/. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc != 4)
        errx(2, "usage: feed PORT MS TEXT");
    long ms = atol(argv[2]);
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    struct sockaddr_in self = {.sin_family = AF_INET}, peer = self;
    self.sin_port = htons((in_port_t)atoi(argv[1]));
    self.sin_addr.s_addr = inet_addr("127.0.0.1");
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (void *)&self, sizeof self) < 0 || listen(fd, 64) < 0)
        err(1, "127.0.0.1:%s", argv[1]);
    dprintf(1, "feeding on 127.0.0.1:%s\n", argv[1]);
    for (;;) {
        socklen_t size = sizeof peer;
        int c = accept(fd, (void *)&peer, &size);
        if (c < 0)
            continue;
        char who[40], *line;
        snprintf(who, sizeof who, "%s:%d", inet_ntoa(peer.sin_addr),
                 ntohs(peer.sin_port));
        dprintf(1, "%s came\n", who);
        long total = 0;
        for (int i = 1, gone = 0; !gone; i++) {
            int left = asprintf(&line, "%d %s\n", i, argv[3]);
            for (char *at = line; left > 0 && !gone;) {
                ssize_t n = write(c, at, (size_t)left);
                gone = n < 0 && errno != EINTR;
                if (n > 0) {
                    at += n;
                    left -= (int)n;
                    total += n;
                }
            }
            free(line);
            if (!gone)
                nanosleep(&pause, NULL);
        }
        close(c);
        dprintf(1, "%s left after %ld bytes\n", who, total);
    }
}
