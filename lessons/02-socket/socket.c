/*
 * socket.c - ask the kernel for an endpoint; the answer is a descriptor.
 *
 *   build  cc -I../../common socket.c ../../common/error.c -o socket
 *   run    ./socket
 *   read   socket(2), close(2), ip(7), tcp(7)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("socket");

    /* Domain: how addresses look, here IPv4. Type: how data travels, here
     * as a stream of bytes. Protocol: 0 is the usual one for these two. */
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");

    /* The smallest free number, as open would have given. */
    printf("socket descriptor is %d\n", sockfd);

    if (close(sockfd) == -1)
        die("close %d", sockfd);
    return 0;
}
