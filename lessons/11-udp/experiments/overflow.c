/*
 * overflow.c - send 1,000 datagrams to a socket that nobody reads.
 *
 *   build  cc -I../../../common overflow.c ../../../common/error.c -o overflow
 *   run    ./overflow RCVBUF             in bytes; 0: the system's default
 *   read   socket(7) SO_RCVBUF, udp(7); SO_MEMINFO is Linux's own
 */
#define _GNU_SOURCE /* SO_MEMINFO */
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("overflow RCVBUF");
    int room = (int)parse_number(argv[1], 0, 100000, "RCVBUF"), usual = 106496;

    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int receiver = socket(AF_INET, SOCK_DGRAM, 0);
    int sender = socket(AF_INET, SOCK_DGRAM, 0);
    if (receiver == -1 || sender == -1)
        die("socket AF_INET SOCK_DGRAM");

    /* The kernel doubles what it is asked for, for its own books. If this
     * machine's default is larger than most have, take what they have. */
    int has;
    socklen_t len = sizeof has;
    if (getsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &has, &len) == -1)
        die("getsockopt SO_RCVBUF");
    if (room == 0 && has > 2 * usual)
        room = usual;
    if (room > 0 &&
        setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == -1)
        die("setsockopt SO_RCVBUF");
    len = sizeof has;
    if (getsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &has, &len) == -1)
        die("getsockopt SO_RCVBUF");
    printf("receive buffer: %d bytes\n", has);

    len = sizeof self;
    if (bind(receiver, (struct sockaddr *)&self, sizeof self) == -1 ||
        getsockname(receiver, (struct sockaddr *)&self, &len) == -1)
        die("bind 127.0.0.1:0");
    int sent = 0, errors = 0;
    for (int i = 0; i < 1000; i++)
        if (sendto(sender, &i, sizeof i, 0, (struct sockaddr *)&self,
                   sizeof self) == -1)
            errors++;
        else
            sent++;
    printf("sent: %d, errors: %d\n", sent, errors);

    /* Those that are there still are there; then there is nothing. */
    int number, received = 0, last = -1;
    while (recv(receiver, &number, sizeof number, MSG_DONTWAIT) != -1) {
        received++;
        last = number;
    }
    if (errno != EAGAIN)
        die("recv");
    unsigned meminfo[SK_MEMINFO_VARS] = {0};
    len = sizeof meminfo;
    if (getsockopt(receiver, SOL_SOCKET, SO_MEMINFO, meminfo, &len) == -1)
        die("getsockopt SO_MEMINFO");
    printf("received: %d, the first %d of them\n", received, last + 1);
    printf("dropped by the receiver's kernel: %u\n", meminfo[SK_MEMINFO_DROPS]);
    printf("received + dropped: %u\n",
           (unsigned)received + meminfo[SK_MEMINFO_DROPS]);
    close(sender);
    close(receiver);
    return 0;
}
