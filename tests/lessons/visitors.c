/*
 * visitors.c - many clients, one after another or at once, who come, do
 * something and go.
 *
 *   build  cc visitors.c -o visitors
 *   run    ./visitors PORT COUNT AT_ONCE WAY...
 *
 * AT_ONCE of them are connected before the first of these does anything. The
 * visitors take the WAYs in turn. A WAY is what one does, a letter for each:
 *
 *   s  send "hello\n"            r  receive something
 *   h  say that it sends no more e  receive to the end
 *   x  leave by a reset          -  nothing
 *
 * A connection that breaks meanwhile is as good as one that ends; a server
 * that is not there is a failure.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int enter(const char *port)
{
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    server.sin_port = htons((in_port_t)strtol(port, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1 ||
        connect(fd, (struct sockaddr *)&server, sizeof server) == -1) {
        perror("visitors");
        exit(1);
    }
    return fd;
}

static void visit(int fd, const char *way)
{
    char buffer[4096];
    for (; *way != '\0'; way++) {
        if (*way == 's')
            (void)!write(fd, "hello\n", 6);
        else if (*way == 'r')
            (void)!read(fd, buffer, sizeof buffer);
        else if (*way == 'h')
            (void)shutdown(fd, SHUT_WR);
        else if (*way == 'x')
            (void)setsockopt(fd, SOL_SOCKET, SO_LINGER,
                             &(struct linger){.l_onoff = 1},
                             sizeof(struct linger));
        while (*way == 'e' && read(fd, buffer, sizeof buffer) > 0)
            ;
    }
    close(fd);
}

int main(int argc, char *argv[])
{
    if (argc < 5)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    long count = strtol(argv[2], NULL, 10);
    long at_once = strtol(argv[3], NULL, 10);
    int *fds = calloc((size_t)at_once, sizeof *fds);
    if (fds == NULL)
        return 1;
    for (long i = 0; i < count; i += at_once) {
        for (long j = 0; j < at_once; j++)
            fds[j] = enter(argv[1]);
        for (long j = 0; j < at_once; j++)
            visit(fds[j], argv[4 + (i + j) % (argc - 4)]);
    }
    free(fds);
    return 0;
}
