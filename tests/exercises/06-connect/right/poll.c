/* Another family of calls: a non-blocking connect, poll and SO_ERROR; nothing
 * of common/. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *ask(const char *host, const char *port, int ms)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((in_port_t)atoi(port));
    to.sin_addr.s_addr = inet_addr(host);
    int error = 0, fd = socket(PF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (fd < 0)
        err(1, "socket");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connect(fd, (void *)&to, sizeof to) < 0)
        error = errno;
    if (error == EINPROGRESS) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        int n;
        while ((n = poll(&p, 1, ms)) < 0 && errno == EINTR)
            continue;
        socklen_t size = sizeof error;
        if (n == 0)
            error = ETIMEDOUT;
        else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
            error = errno;
    }
    shutdown(fd, SHUT_RDWR);
    close(fd);
    switch (error) {
    case 0:
        return "open";
    case ECONNREFUSED:
        return "refused";
    case ETIMEDOUT:
        return "timed out";
    }
    warnx("%s:%s: %s", host, port, strerror(error));
    return NULL;
}

int main(int argc, char *argv[])
{
    int ms = 1000, first = 1, status = 0;
    if (argc > 2 && strcmp(argv[1], "-w") == 0) {
        ms = atoi(argv[2]);
        first = 3;
    }
    if (argc < first + 2)
        errx(2, "usage: knock [-w MS] HOST PORT...");
    for (int i = first + 1; i < argc; i++) {
        const char *answer = ask(argv[first], argv[i], ms);
        if (answer == NULL || strcmp(answer, "open") != 0)
            status = 1;
        if (answer != NULL)
            dprintf(1, "%s %s\n", argv[i], answer);
    }
    return status;
}
