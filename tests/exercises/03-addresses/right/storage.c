/* A sockaddr_storage and casts; a putchar at a time. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

static const char digits[] = "0123456789abcdef";

static void say(const char *text)
{
    for (; *text; text++)
        putchar(*text);
}

static void say_bytes(const char *name, const unsigned char *from,
                      const unsigned char *end)
{
    for (say(name); from < end; from++) {
        putchar(' ');
        putchar(digits[*from / 16]);
        putchar(digits[*from % 16]);
    }
    putchar('\n');
}

static void say_end(int family, const unsigned char *address,
                    const unsigned char *port)
{
    char text[INET6_ADDRSTRLEN];
    say(inet_ntop(family, address, text, sizeof text));
    snprintf(text, sizeof text, " %d", port[0] * 256 + port[1]);
    say(text);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("addr TEXT PORT");
    struct sockaddr_storage name;
    struct sockaddr_in *in = (struct sockaddr_in *)&name;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&name;
    memset(&name, 0, sizeof name);
    /* sin_port and sin6_port are at the same place. */
    in->sin_port = htons(parse_port(argv[2]));
    unsigned char *port = (unsigned char *)&in->sin_port, *address,
                  other[2] = {port[1], port[0]}, turned[16];
    int size;
    if (inet_pton(AF_INET, argv[1], &in->sin_addr) == 1) {
        name.ss_family = AF_INET;
        address = (unsigned char *)&in->sin_addr;
        size = 4;
    } else if (inet_pton(AF_INET6, argv[1], &in6->sin6_addr) == 1) {
        name.ss_family = AF_INET6;
        address = in6->sin6_addr.s6_addr;
        size = 16;
    } else {
        refuse("%s is neither", argv[1]);
    }
    for (int i = 0; i < size; i++)
        turned[i] = address[size - i - 1];
    say_bytes("port", port, port + 2);
    say_bytes("address", address, address + size);
    say("text ");
    say_end(name.ss_family, address, port);
    say(", backwards ");
    say_end(name.ss_family, turned, other);
    putchar('\n');
    return 0;
}
