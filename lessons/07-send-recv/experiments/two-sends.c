/*
 * two-sends.c - send twice, receive once.
 *
 *   build  cc -I../../../common two-sends.c ../../../common/error.c \
 *             ../../../common/net.c -o two-sends
 *   run    ./two-sends
 *   read   send(2), recv(2), tcp(7) SIOCINQ, which FIONREAD is too
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

/* Sleep until sockfd has count bytes to read. */
static void wait_for(int sockfd, int count)
{
    for (int ready = 0; ready < count;) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        if (ioctl(sockfd, FIONREAD, &ready) == -1)
            die("ioctl FIONREAD");
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("two-sends");

    /* Both ends of a connection, in one program. */
    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    char buffer[100];
    for (int round = 1; round <= 2; round++) {
        if (send(ours, "hello", 5, MSG_NOSIGNAL) != 5 ||
            send(ours, "world!", 6, MSG_NOSIGNAL) != 6)
            die("send");
        printf("sent 5 bytes, then 6\n");
        wait_for(theirs, 11);

        /* The second round looks before it takes. */
        for (int look = 0; round == 2 && look < 2; look++) {
            ssize_t n = recv(theirs, buffer, sizeof buffer, MSG_PEEK);
            if (n == -1)
                die("recv MSG_PEEK");
            printf("recv at most 100 with MSG_PEEK: %zd, \"%.*s\"\n", n, (int)n,
                   buffer);
        }
        ssize_t n = recv(theirs, buffer, sizeof buffer, 0);
        if (n == -1)
            die("recv");
        printf("recv at most 100: %zd, \"%.*s\"\n", n, (int)n, buffer);
    }

    close(theirs);
    close(ours);
    close(listenfd);
    return 0;
}
