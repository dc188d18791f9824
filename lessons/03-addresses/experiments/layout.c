/*
 * layout.c - the bytes of a sockaddr_in, as the kernel will read them.
 *
 *   build  cc -I../../../common layout.c ../../../common/error.c -o layout
 *   run    ./layout
 *   read   ip(7), sockaddr(3type), memset(3)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

/* The bytes of one member of an object, from its offset on. */
static void show_bytes(const char *member, const void *object, size_t offset,
                       size_t size)
{
    const unsigned char *bytes = object;
    printf("%2zu %-10s", offset, member);
    for (size_t i = offset; i < offset + size; i++)
        printf(" %02x", bytes[i]);
    printf("\n");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("layout");

    /* 127.0.0.1 port 5000, a step at a time: zeros first, then what we know. */
    struct sockaddr_in name;
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    name.sin_port = htons(5000);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    show_bytes("sin_family", &name, offsetof(struct sockaddr_in, sin_family),
               sizeof name.sin_family);
    show_bytes("sin_port", &name, offsetof(struct sockaddr_in, sin_port),
               sizeof name.sin_port);
    show_bytes("sin_addr", &name, offsetof(struct sockaddr_in, sin_addr),
               sizeof name.sin_addr);
    show_bytes("sin_zero", &name, offsetof(struct sockaddr_in, sin_zero),
               sizeof name.sin_zero);

    /* The same 16 bytes by their generic type: a family, and 14 more. */
    const struct sockaddr *generic = (const struct sockaddr *)&name;
    printf("as a sockaddr: sa_family is %u\n", generic->sa_family);
    show_bytes("sa_data", generic, offsetof(struct sockaddr, sa_data),
               sizeof generic->sa_data);
    return 0;
}
