/* Another structure: the newline is looked for with MSG_PEEK, so nothing is
 * ever kept; select; at the end of the input a half close and a wait. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static int more(int fd, char **answer, size_t *size)
{
    char piece[1000];
    fd_set set;
    do {
        FD_ZERO(&set);
        FD_SET(fd, &set);
    } while (select(fd + 1, &set, NULL, NULL, NULL) < 0 && errno == EINTR);
    ssize_t n;
    do
        n = recv(fd, piece, sizeof piece, MSG_PEEK);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return (int)n;
    char *end = memchr(piece, '\n', (size_t)n);
    size_t wanted = end ? (size_t)(end - piece) + 1 : (size_t)n;
    *answer = realloc(*answer, *size + wanted);
    while (wanted > 0) {
        if ((n = read(fd, *answer + *size, wanted)) > 0)
            *size += (size_t)n, wanted -= (size_t)n;
        else if (n == 0 || errno != EINTR)
            return -1;
    }
    return 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("talk HOST PORT");
    int fd = connect_to(argv[1], parse_port(argv[2]));
    char *line = NULL, *answer = NULL;
    size_t room = 0, size = 0;
    for (ssize_t n; (n = getdelim(&line, &room, '\n', stdin)) > 0;) {
        struct iovec all = {line, (size_t)n};
        struct msghdr message = {.msg_iov = &all, .msg_iovlen = 1};
        if (line[n - 1] != '\n')
            line[n] = '\n', all.iov_len++;
        while (all.iov_len > 0) {
            ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
            if (sent < 0 && errno != EINTR)
                die("sendmsg");
            if (sent > 0) {
                all.iov_base = (char *)all.iov_base + sent;
                all.iov_len -= (size_t)sent;
            }
        }
        size = 0;
        do {
            int so = more(fd, &answer, &size);
            if (so < 0)
                die("recv");
            if (so == 0) {
                fputs("talk: the line is dead\n", stderr);
                return 1;
            }
        } while (answer[size - 1] != '\n');
        for (size_t at = 0; at < size;) {
            ssize_t n = write(STDOUT_FILENO, answer + at, size - at);
            if (n < 0)
                die("write");
            at += (size_t)n;
        }
    }
    shutdown(fd, SHUT_WR);
    while (more(fd, &answer, &size) > 0)
        size = 0;
    free(answer);
    free(line);
    return 0;
}
