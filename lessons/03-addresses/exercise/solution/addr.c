/*
 * addr.c - an address and a port: their bytes on the wire, and the text back.
 *
 *   build  cc -I../../../../common addr.c ../../../../common/error.c -o addr
 *   run    ./addr TEXT PORT          as ./addr 127.0.0.1 5000
 *   read   inet_pton(3), inet_ntop(3), byteorder(3)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

/* The bytes of an object in the order in which they lie in memory. */
static void show_bytes(const char *label, const void *object, size_t size)
{
    const unsigned char *byte = object;
    printf("%s", label);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", byte[i]);
    printf("\n");
}

static void reverse(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)to)[i] = ((const unsigned char *)from)[size - 1 - i];
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("addr TEXT PORT");
    const char *text = argv[1], *port = argv[2];

    /* From here on both are as the wire has them. */
    uint16_t wire_port = htons(parse_port(port));
    struct in6_addr address; /* has room for an in_addr as well */
    int family = AF_INET;
    size_t size = sizeof(struct in_addr);
    if (inet_pton(AF_INET, text, &address) != 1) {
        family = AF_INET6;
        size = sizeof(struct in6_addr);
        if (inet_pton(AF_INET6, text, &address) != 1)
            refuse("\"%s\": an address is needed, as 127.0.0.1 or ::1", text);
    }

    show_bytes("port", &wire_port, sizeof wire_port);
    show_bytes("address", &address, size);

    /* Two texts in one line, so two buffers. */
    struct in6_addr mirror;
    uint16_t mirror_port;
    reverse(&mirror, &address, size);
    reverse(&mirror_port, &wire_port, sizeof wire_port);
    char forwards[INET6_ADDRSTRLEN], backwards[INET6_ADDRSTRLEN];
    if (inet_ntop(family, &address, forwards, sizeof forwards) == NULL ||
        inet_ntop(family, &mirror, backwards, sizeof backwards) == NULL)
        die("inet_ntop");
    printf("text %s %u, backwards %s %u\n", forwards, ntohs(wire_port),
           backwards, ntohs(mirror_port));
    return 0;
}
