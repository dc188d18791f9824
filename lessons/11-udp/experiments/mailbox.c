/*
 * mailbox.c - receive datagrams, and never send one.
 *
 *   build  cc -I../../../common mailbox.c ../../../common/error.c \
 *             ../../../common/net.c -o mailbox
 *   run    ./mailbox [PORT]              default 5000; until Ctrl-C
 *   read   bind(2), recvfrom(2), udp(7)
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("mailbox [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    /* Here SOCK_DGRAM alone says it: IPPROTO_UDP is what 0 would take. */
    int sockfd = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    printf("listening on 127.0.0.1:%u\n", local_port(sockfd));

    while (!ferror(stdout)) {
        static char data[65536];
        ssize_t n = recvfrom(sockfd, data, sizeof data, 0, NULL, NULL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && (errno == EBADF || errno == ENOTSOCK))
            die("recvfrom");
        if (n == -1) { /* not the socket's fault: see server.c */
            report("recvfrom");
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
            continue;
        }
        printf("%zd bytes: \"", n);
        for (ssize_t i = 0; i < n; i++)
            if ((unsigned char)data[i] < ' ' || data[i] == 0x7f)
                printf("\\x%02X", (unsigned)data[i]);
            else
                putchar(data[i]);
        puts("\"");
    }
    return 1;
}
