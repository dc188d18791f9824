/*
 * backlog.c - how many clients does the kernel connect while we accept none?
 *
 *   build  cc -I../../../common backlog.c ../../../common/error.c -o backlog
 *   run    ./backlog BACKLOG             -1, 0, 1, 5, …
 *   read   listen(2), tcp(7), /proc/sys/net/core/somaxconn; TCP_INFO and
 *          SO_MEMINFO are Linux's own
 *
 * TCP_INFO of a listening socket is what `ss -lt` shows: tcpi_sacked is the
 * backlog that the kernel keeps (Send-Q), tcpi_unacked the queue (Recv-Q).
 */
#define _GNU_SOURCE /* TCP_INFO, SOCK_NONBLOCK */
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

#define PER_ADDRESS 10000 /* a client address has some 28,000 ports to give */

static struct tcp_info info_of(int sockfd)
{
    struct tcp_info info;
    socklen_t len = sizeof info;
    if (getsockopt(sockfd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
        die("getsockopt TCP_INFO");
    return info;
}

/* How many SYNs the listener has dropped: no room, no answer. */
static unsigned dropped_by(int listenfd)
{
    unsigned meminfo[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof meminfo;
    if (getsockopt(listenfd, SOL_SOCKET, SO_MEMINFO, meminfo, &len) == -1)
        die("getsockopt SO_MEMINFO");
    return meminfo[SK_MEMINFO_DROPS];
}

/* Client number count knocks. Returns its descriptor as soon as its fate is
 * clear: it is connected, or its SYN was dropped. */
static int knock(int listenfd, const struct sockaddr_in *server, unsigned count)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client == -1)
        die("socket for client %u", count);
    struct sockaddr_in self = {.sin_family = AF_INET};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK + count / PER_ADDRESS);
    if (bind(client, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind for client %u", count);

    unsigned dropped = dropped_by(listenfd);
    if (connect(client, (struct sockaddr *)server, sizeof *server) == -1 &&
        errno != EINPROGRESS)
        die("connect of client %u", count);

    /* No guess about time: one of the two will happen, so ask until then. */
    struct pollfd writable = {.fd = client, .events = POLLOUT};
    while (poll(&writable, 1, 1) != 1 && dropped_by(listenfd) == dropped)
        ;
    return client;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2)
        usage("backlog BACKLOG");
    int backlog = (int)parse_number(argv[1], -1, 1000000, "BACKLOG");

    struct sockaddr_in server = {.sin_family = AF_INET};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof server;
    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (bind(listenfd, (struct sockaddr *)&server, sizeof server) == -1 ||
        getsockname(listenfd, (struct sockaddr *)&server, &len) == -1)
        die("bind 127.0.0.1:0");
    if (listen(listenfd, backlog) == -1)
        die("listen");
    unsigned kept = info_of(listenfd).tcpi_sacked;
    printf("listen(%d, %d): the kernel keeps a backlog of %u\n", listenfd,
           backlog, kept);

    /* A client that hangs up keeps its place in the queue, because only accept
     * empties it. So we need no thousand descriptors to fill it. */
    unsigned connected = 0;
    int client = knock(listenfd, &server, connected);
    while (info_of(client).tcpi_state == TCP_ESTABLISHED) {
        close(client);
        client = knock(listenfd, &server, ++connected);
    }
    bool waits = info_of(client).tcpi_state == TCP_SYN_SENT;
    printf("clients connected: %u, backlog + %u; the next one %s\n", connected,
           connected - kept, waits ? "stays in SYN-SENT" : "failed");

    /* The kernel's own count of those that wait for accept. */
    printf("clients in the queue: %u\n", info_of(listenfd).tcpi_unacked);

    close(client);
    close(listenfd);
    return 0;
}
