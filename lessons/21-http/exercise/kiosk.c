/*
 * kiosk.c - give out the files of a directory, and nothing else.
 *
 *   build  cc -pthread -I../../../common -I.. kiosk.c \
 *             ../../../common/error.c ../../../common/io.c \
 *             ../../../common/net.c -o kiosk
 *   run    ./kiosk PORT DIRECTORY
 *   check  make check-21
 *   read   openat(2), fstat(2), send(2), RFC 9110
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _GNU_SOURCE /* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"
#include "request.h" /* the lesson's: head_length, read_request */

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("kiosk PORT DIRECTORY");
    in_port_t port = parse_port(argv[1]);
    int root = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root == -1)
        die("open %s", argv[2]);
    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    for (;;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;

        /* ---- edit below, and add functions above ----------------------- */

        /* 1. See to it that nobody waits while this client is served: a
         *    thread or a child for it (lesson 16), or poll (18). */

        /* 2. Receive until the request's head is complete, and read it:
         *    head_length and read_request do what is text. */

        /* 3. Open the file below root: no name may lead out of there. */

        /* 4. Send the head, then the file; close what was opened. */
        close(connfd);

        /* ---- edit above ------------------------------------------------ */
    }
}
