/*
 * first-try.c - the web server that everybody writes first. It works, once,
 * with a quick and friendly browser. Each BUT is an experiment.
 *
 *   build  cc -I../../../common first-try.c ../../../common/error.c \
 *             ../../../common/net.c -o first-try
 *   run    ./first-try [PORT [DIRECTORY]]         default 5000 .
 *   read   ../server.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("first-try [PORT [DIRECTORY]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    const char *directory = argc > 2 ? argv[2] : ".";
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    /* BUT: while one client is silent, all others wait. */
    for (;;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;

        /* BUT: one recv need not give the whole request. */
        char request[1024], name[512] = "", path[2048];
        ssize_t n = recv(connfd, request, sizeof request - 1, 0);
        request[n > 0 ? n : 0] = '\0';
        sscanf(request, "GET %511s", name);
        printf("recv %zd bytes: GET %s\n", n, name);

        /* BUT: the name may lead out of the directory. */
        snprintf(path, sizeof path, "%s%s", directory, name);
        int filefd = open(path, O_RDONLY);
        printf("open %s: %s\n", path, filefd == -1 ? strerror(errno) : "yes");

        /* BUT: nobody learns how long the answer is, and who writes to a
         * client that has left is killed. */
        const char *status = filefd == -1 ? "HTTP/1.0 404 Not Found\r\n\r\n"
                                          : "HTTP/1.0 200 OK\r\n\r\n";
        char part[65536];
        for (n = write(connfd, status, strlen(status)); filefd != -1 && n > 0;)
            if ((n = read(filefd, part, sizeof part)) > 0)
                (void)!write(connfd, part, (size_t)n);
        if (filefd != -1)
            close(filefd);
        close(connfd);
    }
}
