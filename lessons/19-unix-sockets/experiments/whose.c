/*
 * whose.c - one process connects, another one speaks. Who is the peer?
 *
 *   build  cc -I../../../common whose.c ../../../common/error.c -o whose
 *   run    ./whose
 *   read   unix(7): SO_PEERCRED, SO_PASSCRED, SCM_CREDENTIALS; all Linux's own
 */
#define _GNU_SOURCE /* struct ucred */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

/* The child connects and ends. What is left is a grandchild with its socket. */
static void connect_and_leave(const struct sockaddr_un *server, socklen_t len)
{
    int sockfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sockfd == -1 ||
        connect(sockfd, (const struct sockaddr *)server, len) == -1)
        die("connect");
    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid != 0)
        _exit(0);

    char text[64], go;
    int length = snprintf(text, sizeof text, "I am process %d", getpid());
    if (recv(sockfd, &go, 1, 0) == 1)
        send(sockfd, text, (size_t)length, MSG_NOSIGNAL);
    _exit(0);
}

/* Receive a message, and who sent it: a control message says so. */
static void receive(int connfd)
{
    char text[64] = "";
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec data = {.iov_base = text, .iov_len = sizeof text};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n = recvmsg(connfd, &message, 0);
    if (n == -1)
        die("recvmsg");
    printf("it says: \"%.*s\"\n", (int)n, text);

    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
    if (cmsg == NULL || cmsg->cmsg_type != SCM_CREDENTIALS)
        return;
    struct ucred sender;
    memcpy(&sender, CMSG_DATA(cmsg), sizeof sender);
    printf("SCM_CREDENTIALS: these bytes were sent by process %d\n",
           sender.pid);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("whose");

    /* To bind a family alone lets the kernel choose an abstract name. */
    struct sockaddr_un self = {.sun_family = AF_UNIX};
    int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self.sun_family) == -1)
        die("bind");
    socklen_t len = sizeof self;
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");
    if (listen(listenfd, 1) == -1)
        die("listen");

    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid == 0)
        connect_and_leave(&self, len);
    int status;
    if (waitpid(pid, &status, 0) == -1 || status != 0)
        return 1;
    printf("process %d has connected, and has ended\n", pid);

    int connfd = accept(listenfd, NULL, NULL);
    if (connfd == -1)
        die("accept");
    struct ucred peer;
    len = sizeof peer;
    if (getsockopt(connfd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        die("getsockopt SO_PEERCRED");
    printf("SO_PEERCRED: the peer is process %d\n", peer.pid);

    /* What is sent from now on shall come with its sender. */
    int on = 1;
    if (setsockopt(connfd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == -1)
        die("setsockopt SO_PASSCRED");
    if (send(connfd, "!", 1, MSG_NOSIGNAL) == -1)
        die("send");
    receive(connfd);
    return 0;
}
