/*
 * over-tcp.c - ask a TCP connection of this machine for its peer's process.
 *
 *   build  cc -I../../../common over-tcp.c ../../../common/error.c \
 *             ../../../common/net.c -o over-tcp
 *   run    ./over-tcp
 *   read   socket(7) SO_PEERCRED
 */
#define _GNU_SOURCE /* struct ucred, SO_PEERCRED */
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("over-tcp");
    int listenfd = listen_on(0);
    int sockfd = connect_to("127.0.0.1", local_port(listenfd));
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(sockfd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        die("getsockopt SO_PEERCRED");
    printf("the peer is process %d of user %d, group %d\n", peer.pid,
           (int)peer.uid, (int)peer.gid);
    return 0;
}
