/* One loop for both directions: select, and nothing that blocks; getchar and
 * fully buffered output; the end is told as soon as the buffer is empty. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static char answer[100000], text[8192];

static int serve(int listenfd)
{
    int fd, in = 0;
    unsigned lines = 0, words = 0, bytes = 0;
    char c;
    while ((fd = accept_client(listenfd, NULL)) < 0)
        ;
    for (;;) {
        char many[5000];
        ssize_t n = recv(fd, many, sizeof many, MSG_WAITALL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            die("recv");
        if (n == 0)
            break;
        for (ssize_t i = 0; i < n; i++, bytes++) {
            c = many[i];
            if (c == ' ' || (c >= '\t' && c <= '\r'))
                in = 0;
            else if (!in++)
                words++;
            if (c == '\n')
                lines++;
        }
    }
    sprintf(text, "%u %u %u\n", lines, words, bytes);
    for (const char *at = text; *at; at++)
        while (send(fd, at, 1, MSG_NOSIGNAL) < 0)
            if (errno != EINTR)
                die("send");
    return 0;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc == 2) {
        int fd = listen_on(parse_port(argv[1]));
        printf("listening on 127.0.0.1:%s\n", argv[1]);
        return serve(fd);
    }
    setvbuf(stdout, answer, _IOFBF, sizeof answer);
    int fd = connect_to(argv[1], parse_port(argv[2])), reads = 1, ends = 0,
        some = 0;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    ssize_t have = 0, n;
    for (;;) {
        fd_set in, out;
        FD_ZERO(&in);
        FD_ZERO(&out);
        FD_SET(fd, &in);
        if (reads && !have)
            FD_SET(0, &in);
        if (have)
            FD_SET(fd, &out);
        if (select(fd + 1, &in, &out, NULL, NULL) < 0)
            continue;
        if (FD_ISSET(0, &in)) {
            have = read(0, text, sizeof text);
            if (have <= 0)
                reads = 0, have = 0;
        }
        if (have && (n = send(fd, text, (size_t)have, MSG_NOSIGNAL)) > 0)
            memmove(text, text + n, (size_t)(have -= n));
        else if (have && errno != EAGAIN && errno != EINTR)
            die("send");
        if (!reads && !have && !ends++)
            shutdown(fd, SHUT_WR);
        if (!FD_ISSET(fd, &in))
            continue;
        char piece[100];
        n = recv(fd, piece, sizeof piece, 0);
        if (n > 0)
            some = 1, fwrite(piece, 1, (size_t)n, stdout);
        else if (n < 0 && errno != EAGAIN && errno != EINTR)
            die("recv");
        else if (n == 0)
            break;
    }
    if (!some || reads || have)
        fprintf(stderr, "count: the server has gone too early\n");
    return !some || reads || have;
}
