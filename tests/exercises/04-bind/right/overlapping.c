/* The next TCP socket gets its number before the one of the failed try is
 * closed, so the two differ; the UDP socket is the same in all tries; scanf
 * waits. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static int socket_of(int type)
{
    int fd = socket(AF_INET, type, 0);
    if (fd == -1)
        die("socket");
    return fd;
}

static struct sockaddr_in ask(int fd)
{
    struct sockaddr_storage is;
    socklen_t room = sizeof is;
    if (getsockname(fd, (struct sockaddr *)&is, &room) == -1)
        die("getsockname");
    return *(struct sockaddr_in *)&is;
}

static void tell(const char *word, int fd)
{
    struct sockaddr_in is = ask(fd);
    printf("%s %s:%d\n", word, inet_ntoa(is.sin_addr), ntohs(is.sin_port));
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 2 && argc != 3)
        usage("reserve [HOST] PORT");
    struct sockaddr_in wanted = {.sin_family = AF_INET};
    wanted.sin_port = htons(parse_port(argv[argc - 1]));
    if (argc == 3 && inet_pton(AF_INET, argv[1], &wanted.sin_addr) != 1)
        refuse("%s is no address", argv[1]);

    int udp = socket_of(SOCK_DGRAM), tcp = -1;
    for (;;) {
        int last = tcp;
        tcp = socket_of(SOCK_STREAM);
        if (bind(tcp, (struct sockaddr *)&wanted, sizeof wanted) == -1)
            die("bind TCP");
        if (last != -1)
            close(last);
        struct sockaddr_in got = ask(tcp);
        if (bind(udp, (struct sockaddr *)&got, sizeof got) == 0)
            break;
        if (wanted.sin_port != 0 || errno != EADDRINUSE)
            die("bind UDP");
    }
    do {
        tell("tcp", tcp);
        tell("udp", udp);
        if (scanf("%*[^\n]") == EOF)
            break;
    } while (getchar() == '\n');
    close(tcp);
    close(udp);
    return 0;
}
