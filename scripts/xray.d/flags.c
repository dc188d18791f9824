#define _GNU_SOURCE /* the newer flags */
#include "flags.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMED(name)                                                            \
    {                                                                          \
#name, (uint64_t)(name)                                                \
    }

struct name {
    const char *text;
    uint64_t value;
};

static const struct name domains[] = {NAMED(AF_UNIX),
                                      NAMED(AF_INET),
                                      NAMED(AF_INET6),
                                      NAMED(AF_NETLINK),
                                      NAMED(AF_IPX),
                                      NAMED(AF_X25),
                                      NAMED(AF_AX25),
                                      NAMED(AF_PACKET),
                                      NAMED(AF_VSOCK),
                                      NAMED(AF_UNSPEC),
                                      {0}};
static const struct name types[] = {NAMED(SOCK_STREAM), NAMED(SOCK_DGRAM),
                                    NAMED(SOCK_RAW),    NAMED(SOCK_SEQPACKET),
                                    NAMED(SOCK_RDM),    {0}};
static const struct name levels[] = {NAMED(SOL_SOCKET),
                                     NAMED(IPPROTO_IP),
                                     NAMED(IPPROTO_TCP),
                                     NAMED(IPPROTO_UDP),
                                     NAMED(IPPROTO_IPV6),
                                     NAMED(IPPROTO_ICMP),
                                     {0}};
static const struct name hows[] = {
    NAMED(SHUT_RD), NAMED(SHUT_WR), NAMED(SHUT_RDWR), {0}};
static const struct name socket_flags[] = {
    NAMED(SOCK_NONBLOCK), NAMED(SOCK_CLOEXEC), {0}};
static const struct name message_flags[] = {
    NAMED(MSG_OOB),       NAMED(MSG_PEEK),
    NAMED(MSG_DONTROUTE), NAMED(MSG_CTRUNC),
    NAMED(MSG_TRUNC),     NAMED(MSG_DONTWAIT),
    NAMED(MSG_EOR),       NAMED(MSG_WAITALL),
    NAMED(MSG_CONFIRM),   NAMED(MSG_NOSIGNAL),
    NAMED(MSG_MORE),      NAMED(MSG_WAITFORONE),
    NAMED(MSG_FASTOPEN),  NAMED(MSG_CMSG_CLOEXEC),
    NAMED(MSG_ERRQUEUE),  {0}};
static const struct name open_flags[] = {
    NAMED(O_WRONLY),    NAMED(O_RDWR),     NAMED(O_CREAT),    NAMED(O_EXCL),
    NAMED(O_TRUNC),     NAMED(O_APPEND),   NAMED(O_NONBLOCK), NAMED(O_CLOEXEC),
    NAMED(O_DIRECTORY), NAMED(O_NOFOLLOW), NAMED(O_NOCTTY),   {0}};
static const struct name fcntl_commands[] = {
    NAMED(F_DUPFD),  NAMED(F_GETFD),  NAMED(F_SETFD),
    NAMED(F_GETFL),  NAMED(F_SETFL),  NAMED(F_DUPFD_CLOEXEC),
    NAMED(F_SETOWN), NAMED(F_GETOWN), {0}};
static const struct name status_flags[] = {NAMED(O_WRONLY), NAMED(O_RDWR),
                                           NAMED(O_APPEND), NAMED(O_NONBLOCK),
                                           NAMED(O_ASYNC),  {0}};
static const struct name epoll_operations[] = {
    NAMED(EPOLL_CTL_ADD), NAMED(EPOLL_CTL_DEL), NAMED(EPOLL_CTL_MOD), {0}};
static const struct name epoll_events[] = {
    NAMED(EPOLLIN),  NAMED(EPOLLPRI),     NAMED(EPOLLOUT),
    NAMED(EPOLLERR), NAMED(EPOLLHUP),     NAMED(EPOLLRDHUP),
    NAMED(EPOLLET),  NAMED(EPOLLONESHOT), {0}};
static const struct name poll_events[] = {
    NAMED(POLLIN),  NAMED(POLLPRI),  NAMED(POLLOUT),   NAMED(POLLERR),
    NAMED(POLLHUP), NAMED(POLLNVAL), NAMED(POLLRDHUP), {0}};
static const struct name ioctls[] = {NAMED(FIONREAD), NAMED(FIONBIO), {0}};
static const struct name wait_flags[] = {
    NAMED(WNOHANG), NAMED(WUNTRACED), NAMED(WCONTINUED), {0}};
static const struct name clone_flags[] = {NAMED(CLONE_NEWNS),
                                          NAMED(CLONE_NEWUTS),
                                          NAMED(CLONE_NEWIPC),
                                          NAMED(CLONE_NEWPID),
                                          NAMED(CLONE_NEWNET),
                                          NAMED(CLONE_NEWUSER),
                                          {0}};
static const struct name whences[] = {
    NAMED(SEEK_SET), NAMED(SEEK_CUR), NAMED(SEEK_END), {0}};

static const struct name *const sets[] = {
    [DOMAINS] = domains,
    [TYPES] = types,
    [LEVELS] = levels,
    [SHUT_HOWS] = hows,
    [SOCKET_FLAGS] = socket_flags,
    [MESSAGE_FLAGS] = message_flags,
    [OPEN_FLAGS] = open_flags,
    [FCNTL_COMMANDS] = fcntl_commands,
    [STATUS_FLAGS] = status_flags,
    [EPOLL_OPERATIONS] = epoll_operations,
    [EPOLL_EVENTS] = epoll_events,
    [POLL_EVENTS] = poll_events,
    [IOCTLS] = ioctls,
    [WAIT_FLAGS] = wait_flags,
    [CLONE_FLAGS] = clone_flags,
    [SEEK_WHENCES] = whences,
};

static const char *name_of(const struct name *names, uint64_t value)
{
    for (; names->text != NULL; names++)
        if (names->value == value)
            return names->text;
    return NULL;
}

void name_value(struct bytes *to, enum flag_set set, uint64_t value)
{
    const char *name = name_of(sets[set], value);
    if (name != NULL)
        bytes_add_text(to, name);
    else
        bytes_format(to, "%d", (int)value);
}

/* Reading only is no bit at all (open(2)), and 3 is two ways at once. */
static const char *name_access(struct bytes *to, uint64_t *value)
{
    enum { LARGE_FILE = 0100000 }; /* the C library's own business */
    uint64_t access = *value & O_ACCMODE;
    *value &= ~(uint64_t)LARGE_FILE;
    if (access == O_WRONLY || access == O_RDWR)
        return "";
    bytes_add_text(to, access == O_RDONLY ? "O_RDONLY" : "O_WRONLY|O_RDWR");
    *value &= ~(uint64_t)O_ACCMODE;
    return "|";
}

void name_flags(struct bytes *to, enum flag_set set, uint64_t value)
{
    const char *between = "";
    if (set == OPEN_FLAGS || set == STATUS_FLAGS) {
        between = name_access(to, &value);
    } else if (value == 0) {
        bytes_add_char(to, '0');
        return;
    }
    for (const struct name *name = sets[set]; name->text != NULL; name++)
        if (name->value != 0 && (value & name->value) == name->value) {
            bytes_format(to, "%s%s", between, name->text);
            value &= ~name->value;
            between = "|";
        }
    if (value != 0)
        bytes_format(to, "%s0x%llx", between, (unsigned long long)value);
}

void name_protocol(struct bytes *to, int domain, int type, int protocol)
{
    static const struct name internet[] = {
        NAMED(IPPROTO_ICMP),   NAMED(IPPROTO_TCP),     NAMED(IPPROTO_UDP),
        NAMED(IPPROTO_RAW),    NAMED(IPPROTO_UDPLITE), NAMED(IPPROTO_SCTP),
        NAMED(IPPROTO_ICMPV6), {"IPPROTO_MPTCP", 262}, {0}};
    static const struct name netlink[] = {
        {"NETLINK_ROUTE", NETLINK_ROUTE}, {"NETLINK_SOCK_DIAG", 4}, {0}};
    (void)type;
    const char *name = NULL;
    if (domain == AF_NETLINK)
        name = name_of(netlink, (uint64_t)protocol);
    else if (protocol != 0 && (domain == AF_INET || domain == AF_INET6))
        name = name_of(internet, (uint64_t)protocol);
    if (name != NULL)
        bytes_add_text(to, name);
    else
        bytes_format(to, "%d", protocol);
}

void name_option(struct bytes *to, int level, int option)
{
    static const struct name socket_options[] = {
        NAMED(SO_DEBUG),      NAMED(SO_REUSEADDR),    NAMED(SO_TYPE),
        NAMED(SO_ERROR),      NAMED(SO_DONTROUTE),    NAMED(SO_BROADCAST),
        NAMED(SO_SNDBUF),     NAMED(SO_RCVBUF),       NAMED(SO_KEEPALIVE),
        NAMED(SO_OOBINLINE),  NAMED(SO_LINGER),       NAMED(SO_REUSEPORT),
        NAMED(SO_PASSCRED),   NAMED(SO_PEERCRED),     NAMED(SO_RCVLOWAT),
        NAMED(SO_SNDLOWAT),   NAMED(SO_RCVTIMEO),     NAMED(SO_SNDTIMEO),
        NAMED(SO_ACCEPTCONN), NAMED(SO_PROTOCOL),     NAMED(SO_DOMAIN),
        NAMED(SO_RXQ_OVFL),   NAMED(SO_BINDTODEVICE), {0}};
    static const struct name tcp_options[] = {NAMED(TCP_NODELAY),
                                              NAMED(TCP_MAXSEG),
                                              NAMED(TCP_CORK),
                                              NAMED(TCP_KEEPIDLE),
                                              NAMED(TCP_KEEPINTVL),
                                              NAMED(TCP_KEEPCNT),
                                              NAMED(TCP_SYNCNT),
                                              NAMED(TCP_LINGER2),
                                              NAMED(TCP_DEFER_ACCEPT),
                                              NAMED(TCP_INFO),
                                              NAMED(TCP_QUICKACK),
                                              NAMED(TCP_USER_TIMEOUT),
                                              {0}};
    static const struct name ip_options[] = {NAMED(IP_TTL),
                                             NAMED(IP_TOS),
                                             NAMED(IP_HDRINCL),
                                             NAMED(IP_PKTINFO),
                                             NAMED(IP_RECVERR),
                                             NAMED(IP_RECVTTL),
                                             {0}};
    static const struct name ipv6_options[] = {
        NAMED(IPV6_V6ONLY), NAMED(IPV6_UNICAST_HOPS), NAMED(IPV6_RECVERR), {0}};
    const struct name *names = NULL;
    if (level == SOL_SOCKET)
        names = socket_options;
    else if (level == IPPROTO_TCP)
        names = tcp_options;
    else if (level == IPPROTO_IP)
        names = ip_options;
    else if (level == IPPROTO_IPV6)
        names = ipv6_options;
    const char *name = names ? name_of(names, (uint64_t)option) : NULL;
    if (name != NULL)
        bytes_add_text(to, name);
    else
        bytes_format(to, "%d", option);
}
