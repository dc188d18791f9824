/*
 * old-families.c - the address families of networks that went away.
 *
 *   build  cc -I../../../common old-families.c ../../../common/error.c \
 *             -o old-families
 *   run    ./old-families
 *   read   socket(2), address_families(7)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static const struct {
    const char *name;
    int domain, type;
} families[] = {
    {"AF_INET (IPv4)", AF_INET, SOCK_DGRAM},
    {"AF_IPX (Novell)", AF_IPX, SOCK_DGRAM},
    {"AF_X25 (telephone companies)", AF_X25, SOCK_SEQPACKET},
    {"AF_AX25 (radio amateurs)", AF_AX25, SOCK_SEQPACKET},
};

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("old-families");

    /* The header still has every name, so this compiles; what a kernel can
     * do is known when it is asked. */
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        int sockfd = socket(families[i].domain, families[i].type, 0);
        if (sockfd == -1) {
            int reason = errno;
            printf("%s: %s [%s]\n", families[i].name, strerror(reason),
                   error_symbol(reason));
            continue;
        }
        printf("%s: descriptor %d\n", families[i].name, sockfd);
        close(sockfd);
    }
    return 0;
}
