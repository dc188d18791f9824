/*
 * descriptor.h - give a descriptor to another process, and take one. Both ends
 * of unix(7)'s SCM_RIGHTS; the macros are those of cmsg(3).
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "error.h"

/* A descriptor does not travel among the bytes. It goes beside them, in a
 * control message: a header, and behind it the number, for the kernel. */
static inline void send_descriptor(int sockfd, int fd)
{
    union { /* with the alignment of the header */
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof fd)];
    } control = {0};
    char byte = '!'; /* on a stream it needs a byte to go with */
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(cmsg), &fd, sizeof fd);

    ssize_t n;
    do
        n = sendmsg(sockfd, &message, MSG_NOSIGNAL);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("sendmsg descriptor %d", fd);
}

/* The descriptor that comes with the next byte, or -1 if none does. The kernel
 * has made it: its number is the smallest that is free here. */
static inline int receive_descriptor(int sockfd)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(sockfd, &message, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        die("recvmsg");
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
    int fd = -1;
    if (cmsg != NULL && cmsg->cmsg_level == SOL_SOCKET &&
        cmsg->cmsg_type == SCM_RIGHTS && cmsg->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(cmsg), sizeof fd);
    return fd;
}

#endif
