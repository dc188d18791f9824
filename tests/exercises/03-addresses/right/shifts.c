/* No htons anywhere: bytes by shifts, on any machine; getnameinfo makes the
 * text; nothing from common/. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char *text_of(const unsigned char *bytes, int size, char *room)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    struct sockaddr *address = (struct sockaddr *)&in6;
    socklen_t length = sizeof in6;
    if (size == 4) {
        memcpy(&in.sin_addr, bytes, 4);
        address = (struct sockaddr *)&in;
        length = sizeof in;
    } else {
        memcpy(&in6.sin6_addr, bytes, 16);
    }
    if (getnameinfo(address, length, room, 100, NULL, 0, NI_NUMERICHOST) != 0)
        exit(1);
    return room;
}

int main(int argc, char **argv)
{
    unsigned char bytes[16], turned[16];
    char one[100], other[100], *end;
    if (argc != 3 || !*argv[2])
        return fputs("usage: addr TEXT PORT\n", stderr), 2;
    long port = strtol(argv[2], &end, 10);
    if (*end || port < 0 || port > 0xffff)
        return fprintf(stderr, "%s: no port\n", argv[2]), 2;
    int size = inet_pton(AF_INET, argv[1], bytes) == 1    ? 4
               : inet_pton(AF_INET6, argv[1], bytes) == 1 ? 16
                                                          : 0;
    if (!size)
        return fprintf(stderr, "%s: no address\n", argv[1]), 2;
    for (int i = 0; i < size; i++)
        turned[size - 1 - i] = bytes[i];
    printf("port %02lx %02lx\naddress", port >> 8, port & 255);
    for (int i = 0; i < size; i++)
        printf(" %x%x", bytes[i] >> 4, bytes[i] & 15);
    printf("\ntext %s %ld, backwards %s %ld\n", text_of(bytes, size, one), port,
           text_of(turned, size, other), (port & 255) << 8 | port >> 8);
    if (fclose(stdout)) {
        perror("stdout");
        return 1;
    }
    return 0;
}
