/*
 * no-room.c - receive the byte, and leave no room for the descriptor.
 *
 *   build  cc -I../../../common no-room.c ../../../common/error.c -o no-room
 *   run    ./no-room
 *   read   unix(7) SCM_RIGHTS, recvmsg(2) MSG_CTRUNC; ../descriptor.h
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../descriptor.h"
#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("no-room");
    int sv[2], ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == -1)
        die("socketpair AF_UNIX SOCK_STREAM");
    if (pipe(ends) == -1)
        die("pipe");

    /* Closed here: from now on the only one is under way. It lives. */
    send_descriptor(sv[0], ends[1]);
    close(ends[1]);
    printf("sent the writing end of a pipe, and closed it here\n");

    char byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    ssize_t n = recvmsg(sv[1], &message, 0);
    if (n == -1)
        die("recvmsg");
    printf("recvmsg brought %zd byte; MSG_CTRUNC is %s\n", n,
           message.msg_flags & MSG_CTRUNC ? "set" : "not set");

    /* The end of the pipe: nobody has its writing end any more. */
    n = read(ends[0], &byte, 1);
    if (n == -1)
        die("read from the pipe");
    printf("read from the pipe: %zd bytes, the end\n", n);
    return 0;
}
