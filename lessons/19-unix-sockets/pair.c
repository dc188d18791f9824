/*
 * pair.c - two sockets that are connected from birth, and two processes.
 *
 *   build  cc -I../../common pair.c ../../common/error.c \
 *             ../../common/io.c -o pair
 *   run    ./pair
 *   read   socketpair(2), fork(2), unix(7)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { QUESTION = 5, ANSWER = 7 };

static void child(int sockfd)
{
    char text[QUESTION];
    ssize_t n = recv_all(sockfd, text, sizeof text);
    if (n == -1)
        die("recv from the parent");
    printf("child:  descriptor %d brought \"%.*s\"\n", sockfd, (int)n, text);
    if (send_all(sockfd, "goodbye", ANSWER) == -1)
        die("send to the parent");

    /* The end of the stream: nobody holds the other socket any more. */
    n = recv_all(sockfd, text, sizeof text);
    if (n == -1)
        die("recv from the parent");
    printf("child:  then %zd bytes, the end\n", n);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("pair");

    /* No bind, no listen, no connect, no name. Whoever shall have one of the
     * two must inherit it, or be given it. */
    int sv[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == -1)
        die("socketpair AF_UNIX SOCK_STREAM");
    printf("parent: descriptors %d and %d are connected\n", sv[0], sv[1]);

    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid == 0) {
        /* Both processes have both. Each closes what it does not need, or the
         * end of the stream would never come. */
        close(sv[0]);
        child(sv[1]);
        _exit(ferror(stdout) ? 1 : 0);
    }
    close(sv[1]);

    if (send_all(sv[0], "hello", QUESTION) == -1)
        die("send to the child");
    char text[ANSWER];
    ssize_t n = recv_all(sv[0], text, sizeof text);
    if (n == -1)
        die("recv from the child");
    printf("parent: descriptor %d brought \"%.*s\"\n", sv[0], (int)n, text);

    close(sv[0]);
    int status;
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    return status == 0 && n == ANSWER ? 0 : 1;
}
