/* With port 0 it tries numbers of its own; a line is told with write, and poll
 * waits. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char lines[200];

static int hold(int type, const char *word, struct in_addr where, int *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
    } name;
    socklen_t length = sizeof name.in;
    bzero(&name, sizeof name);
    name.in.sin_family = AF_INET;
    name.in.sin_port = htons((unsigned short)*port);
    name.in.sin_addr = where;
    int fd = socket(PF_INET, type, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, &name.any, length) || getsockname(fd, &name.any, &length)) {
        int was = errno;
        close(fd);
        errno = was;
        return -1;
    }
    *port = ntohs(name.in.sin_port);
    sprintf(lines + strlen(lines), "%s %s:%d\n", word,
            inet_ntoa(name.in.sin_addr), *port);
    return fd;
}

int main(int argc, char **argv)
{
    struct in_addr where = {htonl(INADDR_ANY)};
    if (argc == 3 && !inet_aton(argv[1], &where)) {
        fprintf(stderr, "%s?\n", argv[1]);
        return 2;
    }
    int wanted = atoi(argv[argc - 1]), port, a, b = -1;
    while (b < 0) {
        *lines = 0;
        port = wanted;
        a = hold(SOCK_STREAM, "tcp", where, &port);
        if (a >= 0)
            b = hold(SOCK_DGRAM, "udp", where, &port);
        if (b < 0 && (a < 0 || wanted || errno != EADDRINUSE)) {
            perror("reserve");
            return 1;
        }
        if (b < 0)
            close(a);
    }
    char typed;
    do {
        if (write(1, lines, strlen(lines)) < 0)
            return 1;
        do {
            struct pollfd input = {0, POLLIN, 0};
            poll(&input, 1, -1);
            if (read(0, &typed, 1) != 1)
                return 0;
        } while (typed != '\n');
    } while (1);
}
