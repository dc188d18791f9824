/*
 * octets.c - taking the four numbers out of s_addr.
 *
 *   build  cc -I../../../common octets.c ../../../common/error.c -o octets
 *   run    ./octets [ADDRESS]        default 197.0.0.1
 *   read   byteorder(3), inet_pton(3)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("octets [ADDRESS]");

    struct in_addr address;
    if (inet_pton(AF_INET, argc > 1 ? argv[1] : "197.0.0.1", &address) != 1)
        usage("octets [ADDRESS]: ADDRESS is an IPv4 address, as 197.0.0.1");
    printf("this machine is %s-endian\n", htonl(1) == 1 ? "big" : "little");

    /* Right on one kind of machine: a shift counts from the low byte of the
     * number, and the low byte lies first only on a little-endian machine. */
    in_addr_t a = address.s_addr;
    printf("low byte first:  %u.%u.%u.%u\n", a & 255, a >> 8 & 255,
           a >> 16 & 255, a >> 24);
    printf("high byte first: %u.%u.%u.%u\n", a >> 24, a >> 16 & 255,
           a >> 8 & 255, a & 255);

    /* Right on every machine: make it a number of this machine first, ... */
    in_addr_t host = ntohl(address.s_addr);
    printf("after ntohl:     %u.%u.%u.%u\n", host >> 24, host >> 16 & 255,
           host >> 8 & 255, host & 255);

    /* ... or take no number at all, but the bytes as they lie there. */
    const unsigned char *byte = (const unsigned char *)&address.s_addr;
    printf("as bytes:        %u.%u.%u.%u\n", byte[0], byte[1], byte[2],
           byte[3]);
    return 0;
}
