/*
 * plain.c - open a raw socket in the machine's own network.
 *
 *   build  cc -I../../../common plain.c ../../../common/error.c -o plain
 *   run    ./plain
 *   read   raw(7), capabilities(7) on CAP_NET_RAW
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("plain");
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1)
        die("socket AF_INET SOCK_RAW IPPROTO_ICMP");
    printf("descriptor %d\n", sockfd);
    close(sockfd);
    return 0;
}
