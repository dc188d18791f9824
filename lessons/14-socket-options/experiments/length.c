/*
 * length.c - tell setsockopt and getsockopt a wrong length.
 *
 *   build  cc -I../../../common length.c ../../../common/error.c -o length
 *   run    ./length
 *   read   setsockopt(2): EINVAL
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("length");
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* The option is an int, four bytes. */
    int on[] = {1, 0};
    for (socklen_t len = 1; len <= sizeof on; len *= 2) {
        int failed = setsockopt(sockfd, SOL_SOCKET, SO_KEEPALIVE, on, len);
        printf("set SO_KEEPALIVE, length %u: %s\n", len,
               failed ? error_symbol(errno) : "success");
    }

    /* The length goes in as the room that we have. Where that is too small,
     * the answer is cut off, and no error says so. */
    int size = 20000;
    if (setsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == -1)
        die("setsockopt SO_RCVBUF");
    for (int room = 4; room >= 0; room -= 2) {
        socklen_t len = (socklen_t)room;
        size = -1;
        if (getsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, &len) == -1)
            die("getsockopt SO_RCVBUF");
        printf("get SO_RCVBUF, room for %d bytes: %s, length %u\n", room,
               size == 40000 ? "40000" : "nonsense", len);
    }
    close(sockfd);
    return 0;
}
