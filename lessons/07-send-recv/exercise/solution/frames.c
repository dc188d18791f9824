/*
 * frames.c - messages over a stream: each with its length in front.
 *
 *   build  cc -I../../../../common frames.c ../../../../common/error.c \
 *             ../../../../common/io.c ../../../../common/net.c -o frames
 *   run    ./frames receive PORT         one sender, then the end
 *          ./frames send HOST PORT       each line of input is a message
 *   read   send(2), recv(2), htonl(3), getline(3)
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

enum { LIMIT = 65536 }; /* bytes in a message, at most */

/* Send a line with its length in front. False, and said why, if not. */
static bool send_message(int sockfd, const char *line, size_t len)
{
    static char message[sizeof(uint32_t) + LIMIT];
    if (len > LIMIT) {
        fprintf(stderr, "frames: a line of %zu bytes, and %d is the limit\n",
                len, LIMIT);
        return false;
    }
    /* What belongs together goes into one send: a small piece on its own
     * would wait until the one before it is acknowledged. */
    uint32_t length = htonl((uint32_t)len);
    memcpy(message, &length, sizeof length);
    memcpy(message + sizeof length, line, len);
    if (send_all(sockfd, message, sizeof length + len) == -1) {
        report("send %zu bytes", sizeof length + len);
        return false;
    }
    return true;
}

static int send_messages(int sockfd)
{
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    for (ssize_t n; good && (n = getline(&line, &room, stdin)) != -1;) {
        /* getline has counted; strlen would stop at a NUL byte. */
        size_t len = (size_t)n;
        if (line[len - 1] == '\n')
            len--;
        good = send_message(sockfd, line, len);
    }
    free(line);
    close(sockfd);
    return good ? 0 : 1;
}

/* recv_all was to bring len bytes and has returned n: are they all there? */
static bool is_whole(ssize_t n, size_t len)
{
    if (n == -1)
        report("recv %zu bytes", len);
    else if ((size_t)n < len)
        fprintf(stderr, "frames: the stream ended within a message\n");
    return n == (ssize_t)len;
}

static int receive_messages(int connfd)
{
    static char text[LIMIT];
    int status = 1;
    for (long count = 0;; count++) {
        uint32_t length;
        ssize_t n = recv_all(connfd, &length, sizeof length);
        if (n == 0) { /* between two messages: so it should be */
            printf("the end, after %ld messages\n", count);
            status = 0;
            break;
        }
        if (!is_whole(n, sizeof length))
            break;

        /* It comes from outside, and may be anything. Whoever takes it as it
         * is gives a stranger 4 GiB of memory, or more than the buffer has. */
        length = ntohl(length);
        if (length > LIMIT) {
            fprintf(stderr,
                    "frames: a message of %lu bytes, and %d is the limit\n",
                    (unsigned long)length, LIMIT);
            break;
        }
        if (!is_whole(recv_all(connfd, text, length), length))
            break;
        printf("%lu bytes: \"", (unsigned long)length);
        fwrite(text, 1, length, stdout); /* %s would stop at a NUL byte */
        printf("\"\n");
    }
    close(connfd);
    return status;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc == 4 && strcmp(argv[1], "send") == 0)
        return send_messages(connect_to(argv[2], parse_port(argv[3])));
    if (argc != 3 || strcmp(argv[1], "receive") != 0)
        usage("frames send HOST PORT | frames receive PORT");

    int listenfd = listen_on(parse_port(argv[2]));
    printf("waiting on 127.0.0.1:%u\n", local_port(listenfd));
    int connfd;
    do
        connfd = accept_client(listenfd, NULL);
    while (connfd == -1);
    close(listenfd); /* this sender is the only one */
    return receive_messages(connfd);
}
