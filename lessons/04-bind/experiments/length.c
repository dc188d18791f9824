/*
 * length.c - bind with lengths that are and are not those of the address.
 *
 *   build  cc -I../../../common length.c ../../../common/error.c -o length
 *   run    ./length
 *   read   bind(2), ip(7), sockaddr(3type)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static void try_bind(const char *label, const struct sockaddr *name,
                     socklen_t len)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int result = bind(sockfd, name, len);
    printf("%-36s %s\n", label, result == 0 ? "success" : error_symbol(errno));
    close(sockfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("length");

    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr *addr = (const struct sockaddr *)&name;

    /* Wrong: addr is a pointer, and its size is a pointer's. */
    try_bind("sizeof addr, the pointer:", addr,
             sizeof addr); /* NOLINT: clang-tidy knows this mistake */

    /* Wrong: the Internet address is but a part of the socket's address. */
    try_bind("sizeof name.sin_addr, a part of it:", addr, sizeof name.sin_addr);

    /* Right: the size of the object that the pointer leads to. */
    try_bind("sizeof name, all of it:", addr, sizeof name);

    /* The length is right, and the family was forgotten: 0 is AF_UNSPEC. */
    name.sin_family = AF_UNSPEC;
    try_bind("sizeof name, without a family:", addr, sizeof name);
    return 0;
}
