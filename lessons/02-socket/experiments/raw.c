/*
 * raw.c - a socket below TCP and UDP is not for everyone.
 *
 *   build  cc -I../../../common raw.c ../../../common/error.c -o raw
 *   run    ./raw             and, as root of a namespace: unshare -Urn ./raw
 *   read   raw(7), capabilities(7) CAP_NET_RAW, user_namespaces(7), unshare(1)
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
        usage("raw");

    printf("I am %s\n", geteuid() == 0 ? "root" : "a plain user");

    /* Such a socket sends and receives IP packets as they are: it sees what
     * is meant for others, and can speak in their name. Lesson 20 uses it. */
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1) {
        int reason = errno;
        printf("AF_INET SOCK_RAW IPPROTO_ICMP: %s [%s]\n", strerror(reason),
               error_symbol(reason));
        return 1;
    }
    printf("AF_INET SOCK_RAW IPPROTO_ICMP: descriptor %d\n", sockfd);
    close(sockfd);
    return 0;
}
