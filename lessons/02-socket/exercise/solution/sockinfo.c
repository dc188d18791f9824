/*
 * sockinfo.c - ask for any socket, and tell what the kernel made of it.
 *
 *   build  cc -I../../../../common sockinfo.c ../../../../common/error.c \
 *             -o sockinfo
 *   run    ./sockinfo DOMAIN TYPE PROTOCOL   (AF_INET SOCK_DGRAM 0)
 *   read   socket(2), getsockopt(2), socket(7)
 */
#define _DEFAULT_SOURCE /* SO_DOMAIN, SO_PROTOCOL: Linux, not POSIX of 2008 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static const struct {
    const char *name;
    int value;
} names[] = {
    {"AF_UNIX", AF_UNIX},           {"AF_INET", AF_INET},
    {"AF_INET6", AF_INET6},         {"SOCK_STREAM", SOCK_STREAM},
    {"SOCK_DGRAM", SOCK_DGRAM},     {"SOCK_RAW", SOCK_RAW},
    {"IPPROTO_ICMP", IPPROTO_ICMP}, {"IPPROTO_TCP", IPPROTO_TCP},
    {"IPPROTO_UDP", IPPROTO_UDP},
};

/* The value of one of the names above, or the number that text is. */
static int value_of(const char *text)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i].name) == 0)
            return names[i].value;
    return (int)parse_number(text, 0, 65535, "argument");
}

/* What the kernel says of one of the socket's numbers. */
static int ask(int sockfd, int option)
{
    int value;
    socklen_t len = sizeof value;
    if (getsockopt(sockfd, SOL_SOCKET, option, &value, &len) == -1)
        die("getsockopt %d option %d", sockfd, option);
    return value;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 4)
        usage("sockinfo DOMAIN TYPE PROTOCOL");
    int domain = value_of(argv[1]);
    int type = value_of(argv[2]);
    int protocol = value_of(argv[3]);

    int sockfd = socket(domain, type, protocol);
    if (sockfd == -1) {
        /* Whatever we call from here on may put a reason of its own there. */
        int reason = errno;
        fprintf(stderr, "sockinfo: socket %s %s %s: %s\n", argv[1], argv[2],
                argv[3], strerror(reason));
        printf("errno %s\n", error_symbol(reason));
        return 1;
    }

    /* Not what we asked for: what we have got. */
    printf("descriptor %d\n", sockfd);
    printf("domain %d\n", ask(sockfd, SO_DOMAIN));
    printf("type %d\n", ask(sockfd, SO_TYPE));
    printf("protocol %d\n", ask(sockfd, SO_PROTOCOL));

    close(sockfd);
    return 0;
}
