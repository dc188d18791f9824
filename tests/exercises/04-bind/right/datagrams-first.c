/* The UDP socket asks first, both exist before either is bound, and fgets
 * waits. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

enum { UDP, TCP, BOTH };
static const int types[BOTH] = {[UDP] = SOCK_DGRAM, [TCP] = SOCK_STREAM};
static const char *const words[BOTH] = {[UDP] = "udp", [TCP] = "tcp"};
static int fds[BOTH];

static void tell(void)
{
    char text[INET_ADDRSTRLEN];
    struct sockaddr_in is[BOTH];
    for (int i = 0; i < BOTH; i++)
        if (getsockname(fds[i], (struct sockaddr *)&is[i],
                        &(socklen_t){sizeof is[i]}) == -1)
            die("getsockname");
    for (int i = BOTH; i-- > 0;)
        printf("%s %s:%d\n", words[i],
               inet_ntop(AF_INET, &is[i].sin_addr, text, sizeof text),
               ntohs(is[i].sin_port));
}

static int try(struct sockaddr_in name)
{
    for (int i = 0; i < BOTH; i++)
        if ((fds[i] = socket(AF_INET, types[i], 0)) == -1)
            die("socket");
    for (int i = 0; i < BOTH; i++) {
        socklen_t size = sizeof name;
        if (bind(fds[i], (struct sockaddr *)&name, size) == -1) {
            int reason = errno;
            close(fds[UDP]);
            close(fds[TCP]);
            errno = reason;
            return -1;
        }
        if (getsockname(fds[i], (struct sockaddr *)&name, &size) == -1)
            die("getsockname");
    }
    return 0;
}

int main(int argc, char *argv[])
{
    char line[8];
    start_program(argv[0]);
    struct sockaddr_in name;
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = INADDR_ANY;
    if (argc == 3 && inet_pton(AF_INET, argv[1], &name.sin_addr) != 1)
        refuse("%s: who is that?", argv[1]);
    name.sin_port = htons(parse_port(argv[argc - 1]));
    while (try(name) == -1)
        if (errno != EADDRINUSE || name.sin_port != 0)
            die("bind");
    tell();
    while (fgets(line, sizeof line, stdin))
        if (strchr(line, '\n'))
            tell();
    return 0;
}
