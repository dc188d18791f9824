/*
 * twice.c - a forking server whose children tidy up what is not theirs.
 *
 *   build  cc -I../../../common twice.c ../../../common/error.c \
 *             ../../../common/net.c -o twice
 *   run    ./twice PORT exit|_exit >FILE    it serves three clients
 *   read   setvbuf(3) on buffers, exit(3), _exit(2), fork(2)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3 ||
        (strcmp(argv[2], "exit") != 0 && strcmp(argv[2], "_exit") != 0))
        usage("twice PORT exit|_exit");
    /* start_program has asked for line by line. This is what any program has
     * whose output is a file: what it prints is kept until there is a lot. */
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    int listenfd = listen_on(parse_port(argv[1]));

    for (int clients = 0; clients < 3;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("client %d\n", ++clients);
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0) {
            /* The buffer, with all that is in it, has been copied, too. */
            if (strcmp(argv[2], "exit") == 0)
                exit(0);
            _exit(0);
        }
        close(connfd);
        if (waitpid(pid, NULL, 0) == -1)
            die("waitpid");
    }
    return 0;
}
