/*
 * leak.c - send the whole buffer, and what lies behind the string as well.
 *
 *   build  cc -I../../../common leak.c ../../../common/error.c \
 *             ../../../common/net.c -o leak
 *   run    ./leak
 *   read   send(2)
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static void receive(int sockfd)
{
    char buffer[100];
    ssize_t n = recv(sockfd, buffer, sizeof buffer, 0);
    if (n == -1)
        die("recv");
    printf("the peer receives %zd bytes: \"", n);
    for (ssize_t i = 0; i < n; i++) {
        if (buffer[i] == '\0')
            printf("\\0");
        else
            putchar(buffer[i]);
    }
    printf("\"\n");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("leak");

    int listenfd = listen_on(0);
    int ours = connect_to("127.0.0.1", local_port(listenfd));
    int theirs = accept_client(listenfd, NULL);
    if (theirs == -1)
        die("accept");

    /* One buffer for all that we do, as in many a program. */
    char buffer[24];
    strcpy(buffer, "the password is sesame");
    strcpy(buffer, "hello");
    printf("the buffer holds \"%s\"\n", buffer);

    if (send(ours, buffer, sizeof buffer, MSG_NOSIGNAL) == -1)
        die("send");
    printf("sent sizeof buffer\n");
    receive(theirs);

    if (send(ours, buffer, strlen(buffer), MSG_NOSIGNAL) == -1)
        die("send");
    printf("sent strlen(buffer)\n");
    receive(theirs);

    close(theirs);
    close(ours);
    close(listenfd);
    return 0;
}
