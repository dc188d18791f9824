/*
 * short-send.c - give send more than the kernel can take.
 *
 *   build  cc -I../../../common short-send.c ../../../common/error.c \
 *             ../../../common/net.c -o short-send
 *   run    ./short-send
 *   read   send(2) MSG_DONTWAIT, recv(2) MSG_DONTWAIT, fcntl(2)
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { SIZE = 64 * 1024 * 1024 };

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("short-send");
    char *bytes = calloc(1, SIZE);
    if (bytes == NULL)
        die("calloc %d", SIZE);

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    /* Nobody has sent anything. Without the flag this would wait for ever. */
    if (recv(theirs, bytes, SIZE, MSG_DONTWAIT) == -1)
        report("recv with MSG_DONTWAIT, nothing there");

    /* Nobody reads at the other end. */
    ssize_t n = send(ours, bytes, SIZE, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n == -1)
        die("send %d with MSG_DONTWAIT", SIZE);
    printf("send %d with MSG_DONTWAIT: the kernel took %zd\n", SIZE, n);
    printf("the other %zd are still ours to send\n", SIZE - n);

    /* There may be room for some more, but not for ever. */
    do
        n = send(ours, bytes, SIZE, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n != -1);
    report("send with MSG_DONTWAIT, no room left");

    /* The flag was for those calls. The descriptor is what it was. */
    int flags = fcntl(ours, F_GETFL);
    if (flags == -1)
        die("fcntl F_GETFL");
    printf("O_NONBLOCK is %s\n", flags & O_NONBLOCK ? "set" : "not set");

    close(theirs);
    close(ours);
    close(listenfd);
    free(bytes);
    return 0;
}
