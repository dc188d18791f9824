/*
 * lengths.c - send one page, "안녕!!", and say how long it is, in a WAY.
 *
 *   build  cc -I../../../common lengths.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o lengths
 *   run    ./lengths [PORT [WAY [BYTES]]]         default 5000 none 10; one
 *                                                 client, then the end
 *   read   RFC 9112, section 6.3
 *
 *   none     the end of the connection is the end of the page
 *   letters  the number of letters      bytes    the number of bytes
 *
 * BYTES is how much of the page it sends before it ends, as if it had crashed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 4)
        usage("lengths [PORT [WAY [BYTES]]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    const char *way = argc > 2 ? argv[2] : "none";
    static const char page[] = "hello\n안녕!!\n";
    size_t size = strlen(page), letters = 0;
    size_t sent =
        argc > 3 ? (size_t)parse_number(argv[3], 0, (long)size, "BYTES") : size;

    /* In UTF-8 every letter begins with a byte that is not 10xxxxxx. */
    for (size_t i = 0; i < size; i++)
        letters += (page[i] & 0xC0) != 0x80;

    char head[128] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    size_t length = strcmp(way, "letters") == 0 ? letters : size;
    if (strcmp(way, "none") != 0)
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 length);

    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    int connfd;
    do
        connfd = accept_client(listenfd, NULL);
    while (connfd == -1);
    char request[4096]; /* curl's comes in one piece, and we do not read it */
    if (recv(connfd, request, sizeof request, 0) == -1)
        die("recv from the client");
    if (send_all(connfd, head, strlen(head)) == -1 ||
        send_all(connfd, page, sent) == -1)
        die("send to the client");
    printf("sent %zu bytes of %zu\n", sent, size);
    shutdown(connfd, SHUT_WR);
    while (recv(connfd, request, sizeof request, 0) > 0)
        ;
    close(connfd);
    return 0;
}
