/*
 * inet_addr.c - the same texts given to inet_addr and to inet_pton.
 *
 *   build  cc -I../../../common inet_addr.c ../../../common/error.c \
 *              -o inet_addr
 *   run    ./inet_addr TEXT...        as ./inet_addr 127.0.0.1 1.2
 *   read   inet_addr(3), inet_pton(3)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

static void show(const char *function, struct in_addr address)
{
    char text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &address, text, sizeof text) == NULL)
        die("inet_ntop AF_INET");
    printf("  %s: %s\n", function, text);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("inet_addr TEXT...");

    for (int i = 1; i < argc; i++) {
        printf("\"%s\"\n", argv[i]);

        /* One value for everything: 32 bits of address have no room for an
         * error, so INADDR_NONE, all ones, stands for it. */
        in_addr_t number = inet_addr(argv[i]);
        if (number == INADDR_NONE)
            printf("  inet_addr: INADDR_NONE\n");
        else
            show("inet_addr", (struct in_addr){.s_addr = number});

        /* The answer and the address come back by different ways. */
        struct in_addr address;
        if (inet_pton(AF_INET, argv[i], &address) == 1)
            show("inet_pton", address);
        else
            printf("  inet_pton: invalid\n");
    }
    return 0;
}
