/*
 * too-many.c - open sockets until no descriptor is left.
 *
 *   build  cc -I../../../common too-many.c ../../../common/error.c -o too-many
 *   run    ./too-many
 *   read   socket(2) EMFILE and ENFILE, getrlimit(2) RLIMIT_NOFILE
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

enum { LIMIT = 16 };

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("too-many");

    /* The limit is often 1,024; ours shall be 16, so that it is soon met. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    limit.rlim_cur = LIMIT;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE %d", LIMIT);
    printf("limit: %d descriptors, 0 to %d\n", LIMIT, LIMIT - 1);

    int last = -1, count = 0, sockfd;
    while ((sockfd = socket(AF_INET, SOCK_STREAM, 0)) != -1) {
        last = sockfd;
        count++;
    }
    int reason = errno;
    printf("%d sockets opened, the last is descriptor %d\n", count, last);

    /* EMFILE: this process has too many. ENFILE would mean: the system. */
    printf("one more: %s [%s]\n", strerror(reason), error_symbol(reason));

    /* The way out is to close one. */
    close(last);
    sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    printf("close %d, and one more: descriptor %d\n", last, sockfd);

    for (int fd = 3; fd < LIMIT; fd++)
        close(fd);
    return 0;
}
