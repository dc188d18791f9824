/*
 * shut-rd.c - say that we will not read any more, and read.
 *
 *   build  cc -I../../../common shut-rd.c ../../../common/error.c \
 *             ../../../common/net.c -o shut-rd
 *   run    ./shut-rd
 *   read   shutdown(2), POSIX shutdown()
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("shut-rd");

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    char buffer[100];
    if (shutdown(theirs, SHUT_RD) == -1)
        die("shutdown SHUT_RD");
    printf("theirs: shutdown(SHUT_RD)\n");
    printf("theirs: recv %zd\n", recv(theirs, buffer, sizeof buffer, 0));

    /* Nothing goes over the wire at SHUT_RD; the peer knows nothing of it. */
    printf("ours: send 4: %zd\n", send(ours, "late", 4, MSG_NOSIGNAL));
    ssize_t n;
    do
        n = recv(theirs, buffer, sizeof buffer, 0);
    while (n == 0);
    if (n == -1)
        die("recv");
    printf("theirs: recv %zd, \"%.*s\"\n", n, (int)n, buffer);
    printf("theirs: recv %zd\n", recv(theirs, buffer, sizeof buffer, 0));

    close(theirs);
    close(ours);
    close(listenfd);
    return 0;
}
