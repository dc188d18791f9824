/*
 * states.c - the two ends of a connection of which one half is closed.
 *
 *   build  cc -I../../../common states.c ../../../common/error.c \
 *             ../../../common/net.c -o states
 *   run    ./states
 *   read   shutdown(2), tcp(7) TCP_INFO, RFC 9293 section 3.6
 */
#define _DEFAULT_SOURCE /* struct tcp_info: Linux's own, not POSIX */
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static int state_of(int sockfd)
{
    struct tcp_info info;
    socklen_t len = sizeof info;
    if (getsockopt(sockfd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
        die("getsockopt TCP_INFO");
    return info.tcpi_state;
}

static const char *name_of(int state)
{
    return state == TCP_ESTABLISHED  ? "ESTABLISHED"
           : state == TCP_FIN_WAIT1  ? "FIN-WAIT-1"
           : state == TCP_FIN_WAIT2  ? "FIN-WAIT-2"
           : state == TCP_CLOSE_WAIT ? "CLOSE-WAIT"
                                     : "another state";
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("states");

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");
    printf("ours %s, theirs %s\n", name_of(state_of(ours)),
           name_of(state_of(theirs)));

    if (shutdown(ours, SHUT_WR) == -1)
        die("shutdown SHUT_WR");
    printf("ours: shutdown(SHUT_WR)\n");

    /* The end is a segment too, and is acknowledged: FIN-WAIT-1 until then.
     * It takes 40 ms at most (lesson 07, nagle). */
    for (int i = 0; i < 1000 && state_of(ours) == TCP_FIN_WAIT1; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    printf("ours %s, theirs %s\n", name_of(state_of(ours)),
           name_of(state_of(theirs)));

    char buffer[100];
    printf("theirs: recv %zd\n", recv(theirs, buffer, sizeof buffer, 0));
    printf("theirs: send 10: %zd\n", send(theirs, "0123456789", 10, 0));
    printf("ours: recv %zd\n", recv(ours, buffer, sizeof buffer, 0));

    close(theirs);
    printf("theirs: close()\n");
    printf("ours: recv %zd\n", recv(ours, buffer, sizeof buffer, 0));
    close(ours);
    close(listenfd);
    return 0;
}
