/*
 * borrow.c - take a descriptor from a server, and read from it.
 *
 *   build  cc -I../../common borrow.c ../../common/error.c -o borrow
 *   run    ./borrow [PATH]               default socket
 *   read   unix(7) SCM_RIGHTS, recvmsg(2); descriptor.h, path.h
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptor.h"
#include "error.h"
#include "path.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("borrow [PATH]");
    struct sockaddr_un server = address_of(argc > 1 ? argv[1] : "socket");

    int sockfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_UNIX SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect %s", server.sun_path);

    int fd = receive_descriptor(sockfd);
    if (fd == -1) {
        fprintf(stderr, "borrow: the server sent no descriptor\n");
        return 1;
    }
    printf("borrowed descriptor %d, at byte %lld\n", fd,
           (long long)lseek(fd, 0, SEEK_CUR));
    char buffer[512];
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        fwrite(buffer, 1, (size_t)n, stdout);
    if (n == -1)
        die("read descriptor %d", fd);

    close(fd);
    close(sockfd);
    return 0;
}
