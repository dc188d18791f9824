#define _DEFAULT_SOURCE /* struct tcp_info, TCP_QUICKACK */
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

struct options options = {.backlog = SOMAXCONN, .reuse = true};

/* --------------------------------------------------------------- names -- */

static void write_path(const struct name *name, char *text, size_t size)
{
    size_t start = offsetof(struct sockaddr_un, sun_path);
    size_t len = name->len > start ? name->len - start : 0;
    len = strnlen(name->as.un.sun_path, len);
    snprintf(text, size, "%.*s", (int)len, name->as.un.sun_path);
    if (len == 0)
        snprintf(text, size, "nobody");
}

const char *name_text(const struct name *name)
{
    static char texts[4][sizeof(struct sockaddr_un) + 1];
    static size_t turn;
    char *text = texts[turn++ % 4];
    size_t size = sizeof texts[0];
    char host[INET6_ADDRSTRLEN] = "?";
    if (name->as.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &name->as.in.sin_addr, host, sizeof host);
        snprintf(text, size, "%s:%u", host, ntohs(name->as.in.sin_port));
    } else if (name->as.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &name->as.in6.sin6_addr, host, sizeof host);
        snprintf(text, size, "[%s]:%u", host, ntohs(name->as.in6.sin6_port));
    } else {
        write_path(name, text, size);
    }
    return text;
}

bool local_name(int fd, struct name *name)
{
    *name = (struct name){.len = sizeof name->as};
    return getsockname(fd, &name->as.any, &name->len) == 0;
}

bool remote_name(int fd, struct name *name)
{
    *name = (struct name){.len = sizeof name->as};
    return getpeername(fd, &name->as.any, &name->len) == 0;
}

bool set_name(struct name *name, const char *host, const char *port)
{
    uint64_t number;
    char copy[24];
    int len = snprintf(copy, sizeof copy, "%s", port);
    if (len < 0 || (size_t)len >= sizeof copy)
        return false;
    struct words digits = {copy, copy + len};
    if (!take_number(&digits, 65535, &number))
        return false;
    *name = (struct name){0};
    if (inet_pton(AF_INET, host, &name->as.in.sin_addr) == 1) {
        name->as.in.sin_family = AF_INET;
        name->as.in.sin_port = htons((in_port_t)number);
        name->len = sizeof name->as.in;
        return true;
    }
    if (inet_pton(AF_INET6, host, &name->as.in6.sin6_addr) != 1)
        return false;
    name->as.in6.sin6_family = AF_INET6;
    name->as.in6.sin6_port = htons((in_port_t)number);
    name->len = sizeof name->as.in6;
    return true;
}

bool set_path(struct name *name, const char *path)
{
    size_t len = strlen(path);
    *name = (struct name){.as.un.sun_family = AF_UNIX};
    if (len == 0 || len >= sizeof name->as.un.sun_path)
        return false;
    memcpy(name->as.un.sun_path, path, len + 1);
    name->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
    return true;
}

/* ------------------------------------------------------------- sockets -- */

static int set_option(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value);
}

/*
 * What a test wants of a socket: the buffers' sizes stand before there is a
 * connection, for the window is offered there; each send is a segment of its
 * own; ::1 leaves 127.0.0.1 alone.
 */
static int prepare(int fd, int family, int type)
{
    if (options.rcvbuf > 0 &&
        set_option(fd, SOL_SOCKET, SO_RCVBUF, options.rcvbuf) == -1)
        return -1;
    if (options.sndbuf > 0 &&
        set_option(fd, SOL_SOCKET, SO_SNDBUF, options.sndbuf) == -1)
        return -1;
    if (family == AF_INET6 &&
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) == -1)
        return -1;
    if (family == AF_UNIX || type != SOCK_STREAM)
        return 0;
    return set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

int make_socket(int family, int type, int protocol)
{
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd == -1 || prepare(fd, family, type) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int connect_once(const struct peer *peer)
{
    int fd = make_socket(peer->target.as.any.sa_family, peer->type, 0);
    if (fd == -1)
        return -1;
    if (connect(fd, &peer->target.as.any, peer->target.len) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int open_connection(const struct peer *peer)
{
    enum { TRIES = 1000 }; /* 5 seconds */
    int fd = connect_once(peer);
    for (int i = 0; options.wait && fd == -1 && i < TRIES; i++) {
        if (errno != ECONNREFUSED && errno != ENOENT)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        fd = connect_once(peer);
    }
    options.wait = false; /* that was for a server that is being started */
    return fd;
}

void begin_connection(struct peer *peer, int fd)
{
    peer->fd = fd;
    peer->sending = false;
    peer->send_error = 0;
    peer->draining = false;
    set_option(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
}

void close_connection(struct peer *peer)
{
    if (peer->fd != -1)
        close(peer->fd);
    peer->fd = -1;
    peer->sending = peer->draining = false;
}

/* ----------------------------------------------------- the other side -- */

struct diagnosis {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
};

/* The other end of our connection, as the kernel looks it up: what is local
 * there is remote here. */
static bool fill_diagnosis(struct diagnosis *d, int fd)
{
    struct name there, here;
    if (!remote_name(fd, &there) || !local_name(fd, &here))
        return false;
    *d = (struct diagnosis){
        .header = {.nlmsg_len = sizeof *d,
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST},
        .request = {
            .sdiag_family = (unsigned char)there.as.any.sa_family,
            .sdiag_protocol = IPPROTO_TCP,
            .idiag_states = ~0U,
            .id.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}};
    struct inet_diag_sockid *id = &d->request.id;
    if (there.as.any.sa_family == AF_INET) {
        id->idiag_sport = there.as.in.sin_port;
        id->idiag_dport = here.as.in.sin_port;
        memcpy(id->idiag_src, &there.as.in.sin_addr, 4);
        memcpy(id->idiag_dst, &here.as.in.sin_addr, 4);
        return true;
    }
    if (there.as.any.sa_family != AF_INET6)
        return false;
    id->idiag_sport = there.as.in6.sin6_port;
    id->idiag_dport = here.as.in6.sin6_port;
    memcpy(id->idiag_src, &there.as.in6.sin6_addr, 16);
    memcpy(id->idiag_dst, &here.as.in6.sin6_addr, 16);
    return true;
}

struct diagnosed {
    struct nlmsghdr header;
    struct inet_diag_msg message;
    char attributes[4096];
};

/* sock_diag(7): what the kernel knows of that socket. False if of none: then it
 * finds who listens there. */
static bool diagnose(const struct diagnosis *question, struct diagnosed *answer)
{
    int diag = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (diag == -1)
        return false;
    ssize_t n = -1;
    if (send(diag, question, sizeof *question, 0) != -1)
        n = recv(diag, answer, sizeof *answer, 0);
    close(diag);
    size_t least = sizeof answer->header + sizeof answer->message;
    return n >= (ssize_t)least &&
           answer->header.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
           answer->message.idiag_state != TCP_LISTEN;
}

static long other_queue(int fd)
{
    struct diagnosis question;
    struct diagnosed answer;
    if (!fill_diagnosis(&question, fd) || !diagnose(&question, &answer))
        return -1;
    return (long)answer.message.idiag_rqueue;
}

long unread_bytes(const struct peer *peer)
{
    int on_the_way = 0;
    if (ioctl(peer->fd, SIOCOUTQ, &on_the_way) == -1)
        return -1;
    if (on_the_way > 0 || peer->target.as.any.sa_family == AF_UNIX)
        return on_the_way;
    return other_queue(peer->fd);
}

void reset_connection(int fd)
{
    enum { TRIES = 1000 }; /* 1 second */
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    struct diagnosis other;
    struct diagnosed answer;
    bool known = fill_diagnosis(&other, fd);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
    for (int i = 0; known && i < TRIES && diagnose(&other, &answer); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
