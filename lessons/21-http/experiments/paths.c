/*
 * paths.c - how a server may look at a name before it opens the file: three
 * WAYs that do not hold.
 *
 *   build  cc -I../../../common paths.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o paths
 *   run    ./paths [PORT [DIRECTORY [WAY]]]       default 5000 . no-look
 *   read   realpath(3); ../server.c
 *
 *   no-look  DIRECTORY and the name are put together
 *   no-dots  a name with .. in it is refused
 *   prefix   the real path must begin with DIRECTORY's
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../request.h"
#include "error.h"
#include "io.h"
#include "net.h"

static bool allowed(const char *way, const char *target, const char *directory,
                    const char *path)
{
    /* What comes as %2e%2e is no .. yet: it is decoded later. */
    if (strcmp(way, "no-dots") == 0)
        return strstr(target, "..") == NULL;

    /* This sees through dots and links. But /www-private begins with /www. */
    if (strcmp(way, "prefix") == 0) {
        char real[PATH_MAX], real_directory[PATH_MAX];
        return realpath(path, real) != NULL &&
               realpath(directory, real_directory) != NULL &&
               strncmp(real, real_directory, strlen(real_directory)) == 0;
    }
    return true;
}

static void serve(int connfd, const char *directory, const char *way)
{
    static char text[HEAD_SIZE + 1], path[PATH_MAX];
    static struct request request;
    size_t length = 0, head = 0;
    ssize_t n;
    while (head == 0 && length < HEAD_SIZE &&
           (n = recv(connfd, text + length, HEAD_SIZE - length, 0)) > 0) {
        length += (size_t)n;
        text[length] = '\0';
        head = head_length(text, length);
    }
    if (head == 0 || read_request(text, head, &request) != 200)
        return;

    snprintf(path, sizeof path, "%s%.2000s", directory, request.path);
    const char *status = "HTTP/1.0 403 Forbidden\r\n\r\n";
    int filefd = -1;
    if (allowed(way, request.target, directory, path)) {
        filefd = open(path, O_RDONLY);
        printf("open %s: %s\n", path, filefd == -1 ? strerror(errno) : "yes");
        if (filefd != -1)
            status = "HTTP/1.0 200 OK\r\n\r\n";
    } else {
        printf("refused %s\n", request.target);
    }
    char part[4096];
    if (send_all(connfd, status, strlen(status)) == 0 && filefd != -1)
        while ((n = read(filefd, part, sizeof part)) > 0 &&
               send_all(connfd, part, (size_t)n) == 0)
            ;
    if (filefd != -1)
        close(filefd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 4)
        usage("paths [PORT [DIRECTORY [WAY]]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    const char *directory = argc > 2 ? argv[2] : ".";
    const char *way = argc > 3 ? argv[3] : "no-look";
    static const char *const ways[] = {"no-look", "no-dots", "prefix", NULL};
    if (!is_one_of(way, ways))
        refuse("WAY \"%s\": no-look, no-dots or prefix is needed", way);
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    for (;;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        serve(connfd, directory, way);
        close(connfd);
    }
}
