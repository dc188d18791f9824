/*
 * broken.c - an echo server with a flaw of your choice, to see that the peer
 * sees it. Without one it is right: a process for each client.
 *
 *   run    ./broken PORT [FLAW]
 */
#define _DEFAULT_SOURCE /* usleep */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *flaw = "";
static bool has(const char *name)
{
    return strcmp(flaw, name) == 0;
}

/* Those that must be seen in the server itself, not in a child of it. */
static bool alone(void)
{
    static const char *const flaws[] = {
        "dies of SIGPIPE", "dies of ECONNRESET",  "dies of silence",
        "in turn",         "leaks on ECONNRESET", "dies of EINTR",
        "leaks memory"};
    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++)
        if (has(flaws[i]))
            return true;
    return false;
}

static struct memory {
    struct memory *next;
    char bytes[500];
} * kept;

/* False: the connection is left open. */
static bool echo(int connfd)
{
    char buffer[4096];
    size_t had = 0;
    for (;;) {
        struct pollfd news = {.fd = connfd, .events = POLLIN | POLLPRI};
        if (has("spins on urgent bytes") && poll(&news, 1, -1) == 1 &&
            !(news.revents & POLLIN))
            continue;
        ssize_t n = recv(connfd, buffer, sizeof buffer, 0);
        if (n == -1 && errno == EINTR && !has("dies of EINTR"))
            continue;
        if (n == -1 && (has("dies of ECONNRESET") || has("dies of EINTR")))
            exit(1);
        if (n == -1)
            return !has("leaks on ECONNRESET");
        if (n == 0 && had == 0 && has("dies of silence"))
            exit(1);
        if (n == 0 && had == 0 && has("spins at the end"))
            continue;
        if (n == 0 && had > 0 && had < 6 && has("waits for the rest"))
            pause();
        if (n == 0)
            return true;
        had += (size_t)n;
        if (has("ends at NUL"))
            n = (ssize_t)strnlen(buffer, (size_t)n);
        if (has("wants whole lines") && n == 1)
            return true;
        if (has("takes newlines for the end") && buffer[0] == '\n')
            return true;
        if (has("wants newlines") && memchr(buffer, '\n', (size_t)n) == NULL)
            return true;
        for (ssize_t i = 0; i < n && has("wants ASCII"); i++)
            if (buffer[i] & 0x80)
                return true;
        int flags = has("dies of SIGPIPE") ? 0 : MSG_NOSIGNAL;
        if (has("ignores short sends")) { /* as if there were little room */
            send(connfd, buffer, n < 1000 ? (size_t)n : 1000, flags);
            continue;
        }
        for (ssize_t sent = 0, m; sent < n; sent += m) {
            m = send(connfd, buffer + sent, (size_t)(n - sent), flags);
            if (m == -1 && errno == EINTR)
                m = 0;
            if (m == -1 && errno == ECONNRESET && has("dies of ECONNRESET"))
                exit(1);
            if (m == -1)
                return true;
        }
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_in self = {.sin_family = AF_INET};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self.sin_port =
        htons((in_port_t)(argc > 1 ? strtol(argv[1], NULL, 10) : 0));
    flaw = argc > 2 ? argv[2] : "";
    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t length = sizeof self;
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1 ||
        listen(listenfd, SOMAXCONN) == -1 ||
        getsockname(listenfd, (struct sockaddr *)&self, &length) == -1)
        return 1;
    if (!has("leaves zombies"))
        signal(SIGCHLD, SIG_IGN); /* nobody has to wait for them */
    printf("listening on 127.0.0.1:%d\n", ntohs(self.sin_port));
    fflush(stdout);
    for (int clients = 0;;) {
        struct sockaddr_in peer;
        length = sizeof peer;
        int connfd = accept(listenfd, (struct sockaddr *)&peer, &length);
        if (connfd == -1 && (errno == EMFILE || errno == ENOMEM) &&
            has("dies without room"))
            return 1;
        if (connfd == -1) {
            if (!has("spins without room"))
                usleep(20000);
            continue;
        }
        clients++;
        if (has("dies after 700") && clients > 700)
            return 1;
        if (has("names who has left") &&
            getpeername(connfd, (struct sockaddr *)&peer, &length) == -1)
            return 1;
        if (has("leaks memory")) {
            struct memory *more = malloc(sizeof *more);
            if (more == NULL)
                return 1;
            memset(more, 1, sizeof *more);
            more->next = kept; /* never to be looked at again */
            kept = more;
        }
        if (alone()) {
            if (echo(connfd))
                close(connfd);
            continue;
        }
        pid_t pid = fork();
        if (pid == 0) {
            echo(connfd);
            _exit(0);
        }
        if (pid != -1 || !has("leaks without a child"))
            close(connfd);
    }
}
