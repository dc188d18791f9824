/* IPv4 by hand, one write at the end, the port read by sscanf. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char page[500];
static int length;
#define SAY(...)                                                               \
    length += snprintf(page + length, sizeof page - (size_t)length, __VA_ARGS__)

static int read_ipv4(const char *text, unsigned char *to)
{
    char again[20];
    unsigned part[4];
    if (strlen(text) > 15 || sscanf(text, "%3u.%3u.%3u.%3u", part, part + 1,
                                    part + 2, part + 3) != 4)
        return 0;
    for (int i = 0; i < 4; i++) {
        if (part[i] > 255)
            return 0;
        to[i] = (unsigned char)part[i];
    }
    /* Written anew it must be the same: no octal numbers, nothing behind. */
    snprintf(again, sizeof again, "%u.%u.%u.%u", part[0], part[1], part[2],
             part[3]);
    return strcmp(again, text) == 0;
}

static void say_address(const unsigned char *byte, int size)
{
    char text[INET6_ADDRSTRLEN];
    if (size == 4)
        SAY("%d.%d.%d.%d", byte[0], byte[1], byte[2], byte[3]);
    else
        SAY("%s", inet_ntop(AF_INET6, byte, text, sizeof text));
}

int main(int argc, char **argv)
{
    unsigned char to[16], turned[16];
    int port, used = 0, size = 4;
    if (argc != 3 || sscanf(argv[2], "%6d%n", &port, &used) != 1 ||
        argv[2][used] || port < 0 || port > 65535) {
        fprintf(stderr, "usage: addr TEXT PORT\n");
        exit(2);
    }
    if (!read_ipv4(argv[1], to)) {
        size = 16;
        if (inet_pton(AF_INET6, argv[1], to) != 1) {
            fprintf(stderr, "no address\n");
            exit(2);
        }
    }
    SAY("port %02x %02x\naddress", (unsigned)port / 256, (unsigned)port % 256);
    for (int i = 0; i < size; i++) {
        SAY(" %02x", to[i]);
        turned[size - i - 1] = to[i];
    }
    SAY("\ntext ");
    say_address(to, size);
    SAY(" %d, backwards ", port);
    say_address(turned, size);
    SAY(" %d\n", port % 256 * 256 + port / 256);
    if (write(1, page, (size_t)length) != length) {
        perror("addr");
        return 1;
    }
    return 0;
}
