/* A child makes the socket and asks; it writes with dprintf, and the parent
 * hands on its status. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int argument(const char *text)
{
#define NAME(name)                                                             \
    if (!strcmp(text, #name))                                                  \
    return name
    NAME(AF_UNIX);
    NAME(AF_INET);
    NAME(AF_INET6);
    NAME(SOCK_STREAM);
    NAME(SOCK_DGRAM);
    NAME(SOCK_RAW);
    NAME(IPPROTO_ICMP);
    NAME(IPPROTO_TCP);
    NAME(IPPROTO_UDP);
    return (int)strtol(text, NULL, 10);
}

static void ask(long fd, const char *what, int option)
{
    int is;
    socklen_t size = sizeof is;
    if (syscall(SYS_getsockopt, fd, SOL_SOCKET, option, &is, &size)) {
        dprintf(2, "%s: %m\n", what);
        _exit(1);
    }
    dprintf(1, "%s %d\n", what, is);
}

static void work(char **argv)
{
    long fd = syscall(SYS_socket, argument(argv[1]), argument(argv[2]),
                      argument(argv[3]));
    if (fd < 0) {
        const char *symbol = strerrorname_np(errno);
        dprintf(2, "no socket\n");
        dprintf(1, "errno %s\n", symbol);
        _exit(1);
    }
    dprintf(1, "descriptor %ld\n", fd);
    ask(fd, "domain", SO_DOMAIN);
    ask(fd, "type", SO_TYPE);
    ask(fd, "protocol", SO_PROTOCOL);
    close((int)fd);
    _exit(0);
}

int main(int argc, char **argv)
{
    int status;
    if (argc != 4)
        return 2;
    pid_t pid = fork();
    if (pid == 0)
        work(argv);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return 1;
    return WEXITSTATUS(status);
}
