/*
 * frames.c - messages over a stream: each with its length in front.
 *
 *   build  cc -I../../../common frames.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o frames
 *   run    ./frames receive PORT         one sender, then the end
 *          ./frames send HOST PORT       each line of input is a message
 *   check  make check-07
 *   read   send(2), recv(2), htonl(3), getline(3)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <arpa/inet.h>
#include <errno.h>
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

/* ---- edit below -------------------------------------------------------- */

/* Send the lines of standard input as messages. Returns the exit status. */
static int send_messages(int sockfd)
{
    /* 1. Take a line, until there are no more. Its newline is not sent. */

    /* 2. Is it longer than LIMIT? */

    /* 3. Send its length, four bytes in network byte order, and the line
     *    itself: together, and all of it. */

    close(sockfd);
    return 0;
}

/* Print the messages that come. Returns the exit status. */
static int receive_messages(int connfd)
{
    /* 1. Receive a length: four bytes, all of them. Or is this the end? */

    /* 2. Is it more than LIMIT? */

    /* 3. Receive so many bytes, all of them, and print them. */

    close(connfd);
    return 0;
}

/* ---- edit above -------------------------------------------------------- */

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
