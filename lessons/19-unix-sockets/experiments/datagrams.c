/*
 * datagrams.c - send datagrams to a socket that nobody reads.
 *
 *   build  cc -I../../../common datagrams.c ../../../common/error.c \
 *             -o datagrams
 *   run    ./datagrams
 *   read   unix(7); compare lesson 11's overflow.c
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("datagrams");
    int sv[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) == -1)
        die("socketpair AF_UNIX SOCK_DGRAM");

    /* Without MSG_DONTWAIT, send would sleep until there is room again. */
    int sent = 0;
    while (send(sv[0], &sent, sizeof sent, MSG_DONTWAIT) != -1)
        sent++;
    if (errno != EAGAIN)
        die("send");
    printf("sent %d datagrams, then EAGAIN\n", sent);

    int received = 0, number, in_order = 1;
    while (recv(sv[1], &number, sizeof number, MSG_DONTWAIT) == sizeof number)
        in_order &= number == received++;
    printf("received %d datagrams, %s\n", received,
           in_order ? "in order" : "in another order");

    /* Not the bytes, but the boundaries are the datagram's. */
    if (send(sv[0], "one", 3, 0) == -1 || send(sv[0], "two", 3, 0) == -1)
        die("send 3 bytes");
    char text[100];
    ssize_t n = recv(sv[1], text, sizeof text, 0);
    if (n == -1)
        die("recv");
    printf("sent \"one\" and \"two\", received \"%.*s\"\n", (int)n, text);
    return 0;
}
