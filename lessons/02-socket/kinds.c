/*
 * kinds.c - one socket of each kind, and which protocol the kernel chose.
 *
 *   build  cc -I../../common kinds.c ../../common/error.c -o kinds
 *   run    ./kinds
 *   read   socket(2), getsockopt(2), socket(7) SO_PROTOCOL, unix(7)
 */
#define _DEFAULT_SOURCE /* SO_PROTOCOL: in Linux, not in POSIX of 2008 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static const struct {
    const char *name;
    int domain, type, protocol;
} kinds[] = {
    /* Protocol 0: whatever is usual for this domain and this type. */
    {"AF_INET SOCK_STREAM 0", AF_INET, SOCK_STREAM, 0},
    {"AF_INET SOCK_DGRAM 0", AF_INET, SOCK_DGRAM, 0},
    {"AF_UNIX SOCK_STREAM 0", AF_UNIX, SOCK_STREAM, 0},
    /* AF_LOCAL is another name for AF_UNIX, the same number. */
    {"AF_LOCAL SOCK_DGRAM 0", AF_LOCAL, SOCK_DGRAM, 0},
    /* The protocol by name. */
    {"AF_INET SOCK_STREAM IPPROTO_TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP},
    {"AF_INET SOCK_DGRAM IPPROTO_UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP},
    /* UDP makes no streams, and TCP no datagrams. */
    {"AF_INET SOCK_STREAM IPPROTO_UDP", AF_INET, SOCK_STREAM, IPPROTO_UDP},
    {"AF_INET SOCK_DGRAM IPPROTO_TCP", AF_INET, SOCK_DGRAM, IPPROTO_TCP},
};

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("kinds");

    /* A file takes its number from the same row as the sockets. */
    int file = open("/dev/null", O_RDONLY);
    if (file == -1)
        die("open /dev/null");
    printf("open /dev/null: descriptor %d\n", file);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int sockfd = socket(kinds[i].domain, kinds[i].type, kinds[i].protocol);
        if (sockfd == -1) {
            int reason = errno; /* printf may change it */
            printf("%s: %s [%s]\n", kinds[i].name, strerror(reason),
                   error_symbol(reason));
            continue;
        }
        int protocol;
        socklen_t len = sizeof protocol;
        if (getsockopt(sockfd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) == -1)
            die("getsockopt %d SO_PROTOCOL", sockfd);
        printf("%s: descriptor %d, protocol %d\n", kinds[i].name, sockfd,
               protocol);
        /* It stays open, so that the next one gets a number of its own;
         * the kernel closes them all when we end. */
    }
    return 0;
}
