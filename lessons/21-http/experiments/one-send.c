/*
 * one-send.c - answer one client with a file, in a single non-blocking send.
 *
 *   build  cc -I../../../common one-send.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o one-send
 *   run    ./one-send [PORT [FILE]]               default 5000 big; one client,
 *                                                 then the end
 *   read   send(2), mmap(2)
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("one-send [PORT [FILE]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    const char *name = argc > 2 ? argv[2] : "big";
    int filefd = open(name, O_RDONLY);
    if (filefd == -1)
        die("open %s", name);
    struct stat file;
    if (fstat(filefd, &file) == -1)
        die("fstat %s", name);
    size_t size = (size_t)file.st_size;
    const char *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, filefd, 0);
    if (data == MAP_FAILED)
        die("mmap %s", name);

    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    int connfd;
    do
        connfd = accept_client(listenfd, NULL);
    while (connfd == -1);
    char text[4096]; /* curl's request comes in one piece */
    if (recv(connfd, text, sizeof text, 0) == -1)
        die("recv from the client");
    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nConnection: close\r\n"
             "Content-Length: %zu\r\n\r\n",
             size);
    if (send_all(connfd, text, strlen(text)) == -1)
        die("send to the client");
    ssize_t n = send(connfd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n == -1)
        die("send to the client");
    printf("send was given %zu bytes and took %s\n", size,
           (size_t)n < size ? "fewer" : "all");
    close(connfd);
    return 0;
}
