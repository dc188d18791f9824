/*
 * dontroute.c - send a datagram to an address, with and without routers.
 *
 *   build  cc -I../../../common dontroute.c ../../../common/error.c \
 *             -o dontroute
 *   run    ./dontroute ADDRESS
 *   read   send(2) MSG_DONTROUTE, ip(7)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("dontroute ADDRESS");
    /* Port 9 is "discard": whoever has it throws everything away. */
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
        refuse("ADDRESS \"%s\": an IPv4 address is needed, as 127.0.0.1",
               argv[1]);

    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (udp == -1)
        die("socket AF_INET SOCK_DGRAM");

    if (sendto(udp, "x", 1, 0, (struct sockaddr *)&to, sizeof to) == -1)
        die("sendto %s with 0", argv[1]);
    printf("sendto %s with 0: sent\n", argv[1]);

    if (sendto(udp, "x", 1, MSG_DONTROUTE, (struct sockaddr *)&to, sizeof to) ==
        -1)
        die("sendto %s with MSG_DONTROUTE", argv[1]);
    printf("sendto %s with MSG_DONTROUTE: sent\n", argv[1]);

    close(udp);
    return 0;
}
