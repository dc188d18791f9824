/*
 * count.c - count lines, words and bytes, as wc does, over a connection.
 *
 *   build  cc -I../../../../common count.c ../../../../common/error.c \
 *             ../../../../common/io.c ../../../../common/net.c -o count
 *   run    ./count PORT                  the server: one client, then the end
 *          ./count HOST PORT             the client: counts its input
 *   read   shutdown(2), recv(2), isspace(3)
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

/* Of a text that comes in pieces. Whether we are inside a word outlives the
 * piece: the next one may go on with it. */
struct count {
    unsigned long lines, words, bytes;
    bool in_word;
};

static void add(struct count *count, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool blank = isspace((unsigned char)text[i]);
        if (!blank && !count->in_word)
            count->words++;
        count->in_word = !blank;
        count->lines += text[i] == '\n';
    }
    count->bytes += len;
}

/* What recv gives, but for signals. */
static ssize_t receive(int sockfd, char *to, size_t room)
{
    ssize_t n;
    do
        n = recv(sockfd, to, room, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        report("recv");
    return n;
}

static int serve(int listenfd)
{
    int connfd;
    do
        connfd = accept_client(listenfd, NULL);
    while (connfd == -1);
    close(listenfd);

    /* Count what comes and forget it: so the text may be of any length. The
     * numbers are known when the client has ended its side. */
    struct count count = {0};
    char piece[4096];
    ssize_t n;
    while ((n = receive(connfd, piece, sizeof piece)) > 0)
        add(&count, piece, (size_t)n);
    if (n == -1)
        return 1;

    char answer[100];
    int len = snprintf(answer, sizeof answer, "%lu %lu %lu\n", count.lines,
                       count.words, count.bytes);
    if (send_all(connfd, answer, (size_t)len) == -1)
        die("send the answer");
    close(connfd);
    return 0;
}

static int ask(int sockfd)
{
    char piece[4096];
    ssize_t n;
    while ((n = read(STDIN_FILENO, piece, sizeof piece)) != 0) {
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            die("read standard input");
        if (send_all(sockfd, piece, (size_t)n) == -1)
            die("send the text");
    }

    /* That was all, and the server must know it, whoever else may hold this
     * socket. The answer still comes: the other direction is open. */
    if (shutdown(sockfd, SHUT_WR) == -1)
        die("shutdown SHUT_WR");

    bool answered = false;
    while ((n = receive(sockfd, piece, sizeof piece)) > 0) {
        fwrite(piece, 1, (size_t)n, stdout);
        answered = true;
    }
    close(sockfd);
    if (n == 0 && !answered)
        fprintf(stderr, "count: the server ended without an answer\n");
    return n == 0 && answered ? 0 : 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc == 3)
        return ask(connect_to(argv[1], parse_port(argv[2])));
    if (argc != 2)
        usage("count PORT, or count HOST PORT");
    int listenfd = listen_on(parse_port(argv[1]));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    return serve(listenfd);
}
