/*
 * spin.c - a server that has no descriptor left and tries again at once.
 *
 *   build  cc -I../../../common spin.c ../../../common/error.c -o spin
 *   run    ./spin [PORT]                 default 5000; one client
 *   read   accept(2), getrlimit(2)
 *
 * A broken server would do it for ever. This one stops after 100,000 failures.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 2)
        usage("spin [PORT]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");

    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof self;
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    if (listen(listenfd, 5) == -1)
        die("listen on 127.0.0.1:%u", port);
    if (getsockname(listenfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname");

    /* A thousand clients later: no number above listenfd is ours to use. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    rlim_t usual = limit.rlim_cur;
    limit.rlim_cur = (rlim_t)listenfd + 1;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE");
    printf("listening on 127.0.0.1:%u with the last descriptor, %d\n",
           ntohs(self.sin_port), listenfd);

    struct pollfd queue = {.fd = listenfd, .events = POLLIN};
    if (poll(&queue, 1, -1) == -1)
        die("poll");
    printf("a client is in the queue\n");

    /* The loop of many a server: accept failed, so try again. */
    int failures = 0;
    double start = now();
    while (failures < 100000 && accept(listenfd, NULL, NULL) == -1) {
        if (errno != EMFILE)
            die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
        failures++;
    }
    printf("accept failed %d times with EMFILE, in %.0f ms\n", failures,
           (now() - start) * 1000);

    /* Room again: the client was in the queue all the time. */
    limit.rlim_cur = usual;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE");
    int connfd = accept(listenfd, NULL, NULL);
    if (connfd == -1)
        die("accept on 127.0.0.1:%u", ntohs(self.sin_port));
    printf("with room again, accepted it as descriptor %d\n", connfd);

    close(connfd);
    close(listenfd);
    return 0;
}
