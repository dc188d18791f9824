/*
 * buffer.c - ask for receive buffers of many sizes.
 *
 *   build  cc -I../../../common buffer.c ../../../common/error.c -o buffer
 *   run    ./buffer BYTES...
 *   read   socket(7): SO_RCVBUF
 */
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("buffer BYTES...");
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    for (int i = 1; i < argc; i++) {
        int wish = (int)parse_number(argv[i], 0, INT_MAX, "BYTES");
        if (setsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &wish, sizeof wish) == -1)
            die("setsockopt SO_RCVBUF");
        int size;
        socklen_t len = sizeof size;
        if (getsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, &len) == -1)
            die("getsockopt SO_RCVBUF");
        printf("asked for %d, got %d\n", wish, size);
    }
    close(sockfd);
    return 0;
}
