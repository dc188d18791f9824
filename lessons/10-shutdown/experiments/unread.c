/*
 * unread.c - close with something unread, and with nothing unread.
 *
 *   build  cc -I../../../common unread.c ../../../common/error.c \
 *             ../../../common/net.c -o unread
 *   run    ./unread
 *   read   tcp(7), RFC 1122 section 4.2.2.13
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* We send a question; theirs answers and closes, after reading it or not. */
static void question(int listenfd, int reads)
{
    char buffer[100];
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");
    if (send(ours, "question", 8, MSG_NOSIGNAL) != 8)
        die("send 8 bytes");

    /* It has come when it can be seen. */
    if (recv(theirs, buffer, sizeof buffer, reads ? 0 : MSG_PEEK) != 8)
        die("recv 8 bytes");
    if (send(theirs, "answer", 6, MSG_NOSIGNAL) != 6)
        die("send 6 bytes");
    close(theirs);
    printf("theirs: %s the question, answer, close()\n",
           reads ? "read" : "do not read");

    for (int i = 0; i < 2; i++) {
        ssize_t n = recv(ours, buffer, sizeof buffer, 0);
        if (n == -1)
            report("recv");
        else
            printf("ours: recv %zd\n", n);
    }
    close(ours);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("unread");
    int listenfd = listen_on(0);
    question(listenfd, 1);
    question(listenfd, 0);
    close(listenfd);
    return 0;
}
