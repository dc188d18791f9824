/*
 * wrong-protocol.c - three ways in which a protocol number can be wrong.
 *
 *   build  cc -I../../../common wrong-protocol.c ../../../common/error.c \
 *             -o wrong-protocol
 *   run    ./wrong-protocol
 *   read   socket(2), protocols(5), ip(7)
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("wrong-protocol");

    /* 6 is TCP. 17 is UDP, which makes no streams. 200 is a number that a
     * protocol could have: the field in the IP header has 8 bits. 999 is not.
     */
    const int protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP, 200, 999};
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        int sockfd = socket(AF_INET, SOCK_STREAM, protocols[i]);
        if (sockfd == -1) {
            int reason = errno;
            printf("AF_INET SOCK_STREAM %d: %s [%s]\n", protocols[i],
                   strerror(reason), error_symbol(reason));
            continue;
        }
        printf("AF_INET SOCK_STREAM %d: descriptor %d\n", protocols[i], sockfd);
        close(sockfd);
    }
    return 0;
}
