/*
 * byteorder.c - one number, two orders of bytes: the machine's and the wire's.
 *
 *   build  cc -I../../common byteorder.c ../../common/error.c -o byteorder
 *   run    ./byteorder [PORT]        default 5000
 *   read   byteorder(3), ip(7)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

/* The bytes of an object in the order in which they lie in memory. */
static void show_bytes(const char *label, const void *object, size_t size)
{
    const unsigned char *byte = object;
    printf("  %-11s", label);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", byte[i]);
    printf("\n");
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("byteorder [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    /* The wire is big-endian: the high byte goes first. A machine on which
     * htons changes nothing must be big-endian itself. */
    printf("this machine is %s-endian\n", htons(1) == 1 ? "big" : "little");

    /* s is short, 16 bits: a port. */
    in_port_t wire_port = htons(port);
    printf("port %u = 0x%04x\n", port, port);
    show_bytes("in memory", &port, sizeof port);
    show_bytes("after htons", &wire_port, sizeof wire_port);
    printf("  %-11s %u\n", "after ntohs", ntohs(wire_port));

    /* l is long, which meant 32 bits when these names were given: an IPv4
     * address. netinet/in.h defines INADDR_LOOPBACK in host order. */
    in_addr_t address = INADDR_LOOPBACK;
    in_addr_t wire_address = htonl(address);
    printf("INADDR_LOOPBACK = 0x%08x\n", address);
    show_bytes("in memory", &address, sizeof address);
    show_bytes("after htonl", &wire_address, sizeof wire_address);
    printf("  %-11s 0x%08x\n", "after ntohl", ntohl(wire_address));
    return 0;
}
