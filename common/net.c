#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

int listen_on(in_port_t port)
{
    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_INET SOCK_STREAM");
    int on = 1;
    if (setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    struct sockaddr_in self = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen on 127.0.0.1:%u", port);
    return listenfd;
}

in_port_t local_port(int sockfd)
{
    struct sockaddr_in self;
    socklen_t len = sizeof self;
    if (getsockname(sockfd, (struct sockaddr *)&self, &len) == -1)
        die("getsockname of descriptor %d", sockfd);
    return ntohs(self.sin_port);
}

bool concerns_one_client(int error)
{
    return error == ECONNABORTED || error == EPERM || error == EPROTO ||
           error == ENETDOWN || error == ENETUNREACH || error == EHOSTDOWN ||
           error == EHOSTUNREACH || error == ENONET || error == ENOPROTOOPT ||
           error == EOPNOTSUPP;
}

bool concerns_room(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

int accept_client(int listenfd, struct sockaddr_in *peer)
{
    static bool reported;
    socklen_t addrlen = sizeof *peer;
    int connfd = accept(listenfd, (struct sockaddr *)peer,
                        peer != NULL ? &addrlen : NULL);
    if (connfd != -1)
        reported = false;
    if (connfd != -1 || errno == EINTR || errno == EAGAIN ||
        concerns_one_client(errno))
        return connfd;
    if (!concerns_room(errno))
        die("accept on descriptor %d", listenfd);
    /* The client stays in the queue, so accept would fail again and again:
     * let it rest. */
    if (!reported)
        report("accept on descriptor %d", listenfd);
    reported = true;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    return -1;
}

int connect_to(const char *host, in_port_t port)
{
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect %s:%u", host, port);
    return sockfd;
}

const char *endpoint(const struct sockaddr_in *address,
                     char text[ENDPOINT_SIZE])
{
    char host[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &address->sin_addr, host, sizeof host) == NULL)
        die("inet_ntop");
    snprintf(text, ENDPOINT_SIZE, "%s:%u", host, ntohs(address->sin_port));
    return text;
}
