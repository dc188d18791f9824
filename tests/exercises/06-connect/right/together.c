/* Another structure: all knocks at the same time, with select; the lines when
 * all is known. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct knock {
    int fd; /* -1: it is over */
    int error;
};

static void begin(struct knock *k, const char *host, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((in_port_t)atoi(port))};
    inet_aton(host, &to.sin_addr);
    k->fd = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(k->fd, F_SETFL, fcntl(k->fd, F_GETFL) | O_NONBLOCK);
    k->error = connect(k->fd, (struct sockaddr *)&to, sizeof to) ? errno : 0;
    if (k->error != EINPROGRESS) {
        close(k->fd);
        k->fd = -1;
    }
}

/* How did it go? */
static void look(struct knock *k)
{
    socklen_t size = sizeof k->error;
    getsockopt(k->fd, SOL_SOCKET, SO_ERROR, &k->error, &size);
    close(k->fd);
    k->fd = -1;
}

static long long now(void)
{
    struct timeval t;
    gettimeofday(&t, NULL);
    return t.tv_sec * 1000LL + t.tv_usec / 1000;
}

int main(int argc, char *argv[])
{
    long ms = 1000;
    while (getopt(argc, argv, "w:") == 'w')
        ms = atol(optarg);
    if (argc - optind < 2)
        return 2;
    int count = argc - optind - 1, failures = 0;
    char **ports = argv + optind + 1;
    struct knock *all = calloc((size_t)count, sizeof *all);
    for (int i = 0; i < count; i++)
        begin(&all[i], argv[optind], ports[i]);
    for (long long end = now() + ms;;) {
        fd_set open;
        int most = -1;
        FD_ZERO(&open);
        for (int i = 0; i < count; i++)
            if (all[i].fd != -1) {
                FD_SET(all[i].fd, &open);
                most = all[i].fd > most ? all[i].fd : most;
            }
        long long left = end - now();
        if (most == -1 || left <= 0)
            break;
        struct timeval limit = {left / 1000, left % 1000 * 1000};
        if (select(most + 1, NULL, &open, NULL, &limit) <= 0)
            continue;
        for (int i = 0; i < count; i++)
            if (all[i].fd != -1 && FD_ISSET(all[i].fd, &open))
                look(&all[i]);
    }
    for (int i = 0; i < count; i++) {
        if (all[i].fd != -1) {
            close(all[i].fd);
            all[i].error = ETIMEDOUT;
        }
        failures += all[i].error != 0;
        if (all[i].error == 0)
            printf("%s open\n", ports[i]);
        else if (all[i].error == ECONNREFUSED)
            printf("%s refused\n", ports[i]);
        else if (all[i].error == ETIMEDOUT)
            printf("%s timed out\n", ports[i]);
        else
            fprintf(stderr, "%s: %s\n", ports[i], strerror(all[i].error));
    }
    free(all);
    return failures > 0;
}
