/* Goes through the list by recursion, asks the socket who is there, reads by
 * stdio. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static int first_of(const struct addrinfo *ai)
{
    if (ai == NULL)
        return -1;
    int s = ai->ai_socktype == SOCK_STREAM
                ? socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol)
                : -1;
    if (s != -1 && connect(s, ai->ai_addr, ai->ai_addrlen) == 0)
        return s;
    if (s != -1)
        close(s);
    return first_of(ai->ai_next);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("dial HOST SERVICE");
    struct addrinfo *list;
    int code = getaddrinfo(argv[1], argv[2], NULL, &list); /* all types */
    if (code)
        die_gai(code, "getaddrinfo");
    int s = first_of(list);
    freeaddrinfo(list);
    if (s == -1) {
        fputs("nobody there\n", stderr);
        return 1;
    }
    union {
        struct sockaddr any;
        struct sockaddr_storage room;
    } peer;
    socklen_t length = sizeof peer;
    char host[200], port[20];
    if (getpeername(s, &peer.any, &length) == -1)
        die("getpeername");
    getnameinfo(&peer.any, length, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    printf("connected to %s port %s\n", host, port);

    FILE *in = fdopen(s, "r");
    setvbuf(in, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IONBF, 0);
    for (;;) {
        errno = 0;
        int c = getc(in);
        if (c != EOF)
            putchar(c);
        else if (ferror(in) && errno == EINTR)
            clearerr(in);
        else
            break;
    }
    int broken = ferror(in);
    if (broken)
        report("recv");
    fclose(in);
    return broken ? 1 : 0;
}
