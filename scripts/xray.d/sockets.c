#define _GNU_SOURCE /* syscall, the newer constants */
#include "sockets.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "decode.h"
#include "task.h"

enum { MOST_SOCKETS = 64 /* of one process */, MOST_ORPHANS = 12 };

/* The kernel's numbers (include/net/tcp_states.h), RFC 9293's names. */
static const char *const tcp_states[] = {
    "?",          "ESTABLISHED", "SYN-SENT",     "SYN-RECEIVED", "FIN-WAIT-1",
    "FIN-WAIT-2", "TIME-WAIT",   "CLOSED",       "CLOSE-WAIT",   "LAST-ACK",
    "LISTEN",     "CLOSING",     "SYN-RECEIVED", "CLOSED"};
enum { TCP_STATES = sizeof tcp_states / sizeof tcp_states[0] };

static const char *tcp_state(unsigned number)
{
    return tcp_states[number < TCP_STATES ? number : 0];
}

struct tracked {
    struct socket_state now, told;
    struct sockaddr_storage local, remote; /* the same as now.local ... */
    bool seen;                             /* in the present look */
    bool was_told;
    bool was_connected;
    bool final;          /* nothing more to learn */
    const char *in_vain; /* the state that we waited to see end */
};

static struct tracked *list;
static size_t count;

static struct tracked *track(uint64_t inode)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].now.inode == inode && !list[i].final)
            return &list[i];
    list = grow(list, count + 1, sizeof *list);
    list[count] = (struct tracked){.now = {.inode = inode}};
    return &list[count++];
}

/* ------------------------------------------------- the kernel's own table --
 */

struct row {
    char local[112], remote[112];
    unsigned state, received, unsent;
    unsigned long long inode;
};

/* Actors may have gone to a network of their own; the dead are in ours. */
static bool in_our_network(pid_t pid)
{
    char path[64], own[64] = "", other[64] = "";
    snprintf(path, sizeof path, "/proc/%ld/ns/net", (long)pid);
    return readlink("/proc/self/ns/net", own, sizeof own - 1) <= 0 ||
           readlink(path, other, sizeof other - 1) <= 0 ||
           strcmp(own, other) == 0;
}

/* "0100007F:1388": words in the machine's order, then the port. */
static void read_hex_address(char *to, size_t size, const char *hex)
{
    struct bytes text = {0};
    size_t words = strcspn(hex, ":") / 8;
    unsigned port = (unsigned)strtoul(hex + strcspn(hex, ":") + 1, NULL, 16);
    uint32_t address[4] = {0};
    for (size_t i = 0; i < words && i < 4; i++) {
        char word[9] = "";
        memcpy(word, hex + 8 * i, 8);
        address[i] = (uint32_t)strtoul(word, NULL, 16);
    }
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons((in_port_t)port),
                             .sin_addr.s_addr = address[0]};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons((in_port_t)port)};
    memcpy(&in6.sin6_addr, address, sizeof address);
    if (words == 1)
        write_address(&text, &in, sizeof in);
    else
        write_address(&text, &in6, sizeof in6);
    snprintf(to, size, "%s", bytes_text(&text));
    bytes_free(&text);
}

static bool read_row(const char *line, struct row *row)
{
    char local[64], remote[64];
    if (sscanf(line, " %*d: %63s %63s %X %X:%X %*s %*s %*s %*s %llu", local,
               remote, &row->state, &row->unsent, &row->received,
               &row->inode) != 6)
        return false;
    read_hex_address(row->local, sizeof row->local, local);
    read_hex_address(row->remote, sizeof row->remote, remote);
    return true;
}

/* The table of one process's network, read once in a look. */
static struct row *rows;
static size_t row_count;
static pid_t rows_of;

static void read_table(pid_t pid)
{
    static const char *const files[] = {"tcp", "tcp6"};
    if (rows_of == pid)
        return;
    row_count = 0;
    rows_of = pid;
    for (size_t i = 0; i < 2; i++) {
        char path[64], line[512];
        snprintf(path, sizeof path, "/proc/%ld/net/%s", (long)pid, files[i]);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            rows = grow(rows, row_count + 1, sizeof *rows);
            row_count += read_row(line, &rows[row_count]);
        }
        if (file != NULL)
            fclose(file);
    }
}

/* By its number while somebody holds it, by its addresses afterwards. */
static const struct row *find_row(const struct socket_state *wanted)
{
    bool own = in_our_network(wanted->pid);
    read_table(own ? getpid() : wanted->pid);
    for (size_t i = 0; i < row_count; i++) {
        const struct row *row = &rows[i];
        if (wanted->holders > 0 ? row->inode == wanted->inode
                                : strcmp(row->local, wanted->local) == 0 &&
                                      strcmp(row->remote, wanted->remote) == 0)
            return row;
    }
    return NULL;
}

/* ---------------------------------------------------------- an open socket --
 */

static int duplicate(pid_t pid, int fd)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd == -1)
        return -1;
    int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    close(pidfd);
    return copy;
}

static int option(int fd, int name)
{
    int value = 0;
    socklen_t len = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

/* Both families have their port at the same place. */
static in_port_t port_of(const struct sockaddr_storage *address)
{
    return ((const struct sockaddr_in *)address)->sin_port;
}

static void copy_host(uint32_t *to, const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6)
        memcpy(to, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
    else
        memcpy(to, &((const struct sockaddr_in *)address)->sin_addr, 4);
}

/* One socket by its addresses, from sock_diag(7); false if there is none. */
static bool ask_diag(const struct tracked *one, struct inet_diag_msg *answer)
{
    static int diag = -1;
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } question = {.header = {.nlmsg_len = sizeof question,
                             .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                             .nlmsg_flags = NLM_F_REQUEST},
                  .request = {.sdiag_family = (uint8_t)one->local.ss_family,
                              .sdiag_protocol = IPPROTO_TCP,
                              .idiag_states = ~0U,
                              .id = {.idiag_sport = port_of(&one->local),
                                     .idiag_dport = port_of(&one->remote),
                                     .idiag_cookie = {INET_DIAG_NOCOOKIE,
                                                      INET_DIAG_NOCOOKIE}}}};
    copy_host(question.request.id.idiag_src, &one->local);
    copy_host(question.request.id.idiag_dst, &one->remote);
    union {
        struct nlmsghdr header;
        char space[4096];
    } reply;
    if (diag == -1)
        diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (diag == -1 || send(diag, &question, sizeof question, 0) == -1)
        return false;
    ssize_t n = recv(diag, &reply, sizeof reply, 0);
    if (n < (ssize_t)NLMSG_LENGTH(sizeof *answer) ||
        reply.header.nlmsg_type != SOCK_DIAG_BY_FAMILY)
        return false;
    memcpy(answer, NLMSG_DATA(&reply.header), sizeof *answer);
    /* Who asks for a connection that is not there may get a listener. */
    return answer->id.idiag_dport == port_of(&one->remote);
}

/* What it is not known by any more stays what it was. */
static void name_end(int fd, char *to, size_t size,
                     struct sockaddr_storage *address,
                     int (*name)(int, struct sockaddr *, socklen_t *))
{
    socklen_t len = sizeof *address;
    struct bytes text = {0};
    to[0] = '\0';
    if (name(fd, (struct sockaddr *)address, &len) == -1 ||
        len <= sizeof(sa_family_t))
        return;
    write_address(&text, address, len);
    bool nowhere =
        (address->ss_family == AF_INET || address->ss_family == AF_INET6) &&
        port_of(address) == 0;
    if (!nowhere)
        snprintf(to, size, "%s", bytes_text(&text));
    bytes_free(&text);
}

static const char *kind_of(int fd)
{
    int domain = option(fd, SO_DOMAIN), type = option(fd, SO_TYPE);
    bool internet = domain == AF_INET || domain == AF_INET6;
    if (domain == AF_UNIX)
        return "unix";
    if (internet && type == SOCK_STREAM)
        return "tcp";
    if (internet && type == SOCK_DGRAM)
        return option(fd, SO_PROTOCOL) == IPPROTO_UDP ? "udp" : "ping";
    return internet ? "raw" : "other";
}

static void ask_tcp(int fd, struct socket_state *now)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
        return;
    now->state = tcp_state(info.tcpi_state);
    if (strcmp(now->state, "LISTEN") == 0) { /* tcp(7) names them otherwise */
        now->received = info.tcpi_unacked;
        now->backlog = info.tcpi_sacked;
    }
}

/*
 * When both have said FIN, Linux keeps the connection in a small record of
 * its own until TIME-WAIT is over, and calls the socket that is still open
 * closed.
 */
static void ask_for_time_wait(struct tracked *one)
{
    struct socket_state *now = &one->now;
    struct inet_diag_msg answer;
    if (!one->was_connected || strcmp(now->state, "CLOSED") != 0 ||
        !in_our_network(now->pid) || !ask_diag(one, &answer) ||
        strcmp(tcp_state(answer.idiag_state), "TIME-WAIT") != 0)
        return;
    now->state = tcp_state(answer.idiag_state);
    memcpy(now->local, one->told.local, sizeof now->local);
    memcpy(now->remote, one->told.remote, sizeof now->remote);
}

/* Whom it asks for a connection, getpeername does not say yet. */
static void ask_whom(struct socket_state *now)
{
    const struct row *row;
    if (strcmp(now->state, "SYN-SENT") == 0 && (row = find_row(now)) != NULL)
        memcpy(now->remote, row->remote, sizeof now->remote);
}

static void ask_queues(int fd, struct socket_state *now)
{
    int bytes;
    if (ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0)
        now->received = (unsigned)bytes;
    if (strcmp(now->kind, "tcp") == 0 && ioctl(fd, TIOCOUTQ, &bytes) == 0 &&
        bytes > 0)
        now->unsent = (unsigned)bytes;
}

static void ask_socket(int fd, struct tracked *one)
{
    struct socket_state *now = &one->now;
    now->kind = kind_of(fd);
    now->received = now->unsent = now->backlog = 0;
    name_end(fd, now->local, sizeof now->local, &one->local, getsockname);
    name_end(fd, now->remote, sizeof now->remote, &one->remote, getpeername);
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    bool connected = getpeername(fd, (struct sockaddr *)&peer, &len) == 0;
    now->state = connected ? "connected" : *now->local != 0 ? "bound" : "open";
    one->was_connected |= connected;
    if (strcmp(now->kind, "tcp") == 0) {
        ask_tcp(fd, now);
        ask_whom(now);
        ask_for_time_wait(one);
    } else if (option(fd, SO_ACCEPTCONN) == 1)
        now->state = "LISTEN";
    if (strcmp(now->state, "LISTEN") != 0 &&
        strcmp(now->state, "TIME-WAIT") != 0)
        ask_queues(fd, now);
}

/* Where descriptors may not be duplicated (some containers). */
static void ask_table(struct socket_state *now)
{
    const struct row *row;
    now->kind = "tcp";
    now->received = now->unsent = now->backlog = 0;
    now->state = "CLOSED";
    if ((row = find_row(now)) == NULL)
        return;
    now->state = tcp_state(row->state);
    now->received = row->received;
    now->unsent = row->unsent;
    snprintf(now->local, sizeof now->local, "%s", row->local);
    snprintf(now->remote, sizeof now->remote, "%s", row->remote);
}

uint64_t socket_inode(pid_t pid, int fd)
{
    char path[64], target[64] = "";
    unsigned long long inode = 0;
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
    if (readlink(path, target, sizeof target - 1) > 0 &&
        sscanf(target, "socket:[%llu]", &inode) == 1)
        return inode;
    return 0;
}

static void look_at_descriptor(const struct task *task, int fd)
{
    uint64_t inode = socket_inode(task->pid, fd);
    if (inode == 0)
        return;
    struct tracked *one = track(inode);
    struct socket_state *now = &one->now;
    if (one->seen) {
        now->holders += now->pid != task->pid;
        return;
    }
    one->seen = true;
    now->actor = task->actor;
    now->number = task->number;
    now->pid = task->pid;
    now->fd = fd;
    now->holders = 1;
    int copy = duplicate(task->pid, fd);
    if (copy == -1) {
        ask_table(now);
        return;
    }
    ask_socket(copy, one);
    close(copy);
}

static int in_order(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void look_at_process(const struct task *task,
                            bool (*pending)(pid_t, int))
{
    int fds[MOST_SOCKETS];
    size_t found = 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)task->pid);
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory != NULL && found < MOST_SOCKETS &&
           (entry = readdir(directory)) != NULL) {
        int fd = atoi(entry->d_name);
        if (fd > STDERR_FILENO || socket_inode(task->pid, fd) != 0)
            fds[found++] = fd;
        if (entry->d_name[0] == '.' || pending(task->pid, fd))
            found -= found > 0 && fds[found - 1] == fd;
    }
    if (directory != NULL)
        closedir(directory);
    qsort(fds, found, sizeof fds[0], in_order);
    for (size_t i = 0; i < found; i++)
        look_at_descriptor(task, fds[i]);
}

/* ------------------------------------------------- behind the last close -- */

static void look_for_orphan(struct tracked *one)
{
    struct socket_state *now = &one->now;
    bool connected = strcmp(now->kind, "tcp") == 0 && now->remote[0] != '\0' &&
                     strcmp(now->state, "CLOSED") != 0;
    now->holders = 0;
    now->received = now->unsent = now->backlog = 0;
    now->state = "GONE";
    if (!connected)
        return;
    struct inet_diag_msg answer;
    const struct row *row;
    if (in_our_network(now->pid) && ask_diag(one, &answer)) {
        now->state = tcp_state(answer.idiag_state);
        now->unsent = answer.idiag_wqueue;
    } else if (!in_our_network(now->pid) && (row = find_row(now)) != NULL) {
        now->state = tcp_state(row->state);
        now->unsent = row->unsent;
    }
    if (strcmp(now->state, "TIME-WAIT") == 0)
        now->unsent = 0;
}

/* Of very many, the oldest are forgotten without a word. */
static void look_for_orphans(void)
{
    size_t orphans = 0;
    for (size_t i = 0; i < count; i++)
        orphans += !list[i].seen;
    for (size_t i = 0; i < count; i++) {
        if (list[i].seen)
            continue;
        if (orphans-- > MOST_ORPHANS)
            list[i].final = true;
        else
            look_for_orphan(&list[i]);
    }
}

static void look_once(bool (*pending)(pid_t, int))
{
    for (size_t i = 0; i < count; i++)
        list[i].seen = list[i].final;
    for (size_t i = 0; i < task_count(); i++) {
        const struct task *task = task_at(i);
        if (task->pid == task->tid && task->begun && task->actor >= 0)
            look_at_process(task, pending);
    }
    rows_of = 0;
    look_for_orphans();
}

/* ------------------------------------------------------------------ waiting --
 */

/*
 * An acknowledgement is on its way, or delayed by up to 40 ms: the kernels'
 * business, not the programs'. What is shown is the state that comes of it.
 */
static bool is_passing(const struct tracked *one)
{
    static const char *const passing[] = {"FIN-WAIT-1", "CLOSING", "LAST-ACK",
                                          "SYN-RECEIVED"};
    if (one->final || one->now.kind == NULL ||
        strcmp(one->now.kind, "tcp") != 0 || one->in_vain == one->now.state)
        return false;
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
        if (strcmp(one->now.state, passing[i]) == 0)
            return true;
    return one->now.unsent > 0;
}

static bool somebody_passes(void)
{
    for (size_t i = 0; i < count; i++)
        if (is_passing(&list[i]))
            return true;
    return false;
}

static void settle(bool (*pending)(pid_t, int))
{
    enum { PATIENCE = 60, ALL_PATIENCE = 4000 }; /* looks, 1 ms each */
    static int waited;
    struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; i < PATIENCE && somebody_passes(); i++) {
        if (waited++ >= ALL_PATIENCE)
            return;
        nanosleep(&moment, NULL);
        look_once(pending);
    }
    for (size_t i = 0; i < count; i++)
        if (is_passing(&list[i]))
            list[i].in_vain = list[i].now.state;
}

static bool is_news(const struct tracked *one)
{
    const struct socket_state *now = &one->now, *told = &one->told;
    return !one->was_told || now->actor != told->actor ||
           now->number != told->number || now->fd != told->fd ||
           now->holders != told->holders || now->state != told->state ||
           strcmp(now->local, told->local) != 0 ||
           strcmp(now->remote, told->remote) != 0 ||
           now->received != told->received || now->unsent != told->unsent;
}

static int in_actors_order(const void *a, const void *b)
{
    const struct tracked *one = a, *other = b;
    if (one->now.actor != other->now.actor)
        return one->now.actor - other->now.actor;
    if (one->now.number != other->now.number)
        return one->now.number - other->now.number;
    return one->now.fd - other->now.fd;
}

void look_at_sockets(bool (*pending)(pid_t, int),
                     void (*tell)(const struct socket_state *))
{
    look_once(pending);
    settle(pending);
    qsort(list, count, sizeof *list, in_actors_order);
    for (size_t i = 0; i < count; i++) {
        struct tracked *one = &list[i];
        if (one->final || one->now.state == NULL)
            continue;
        if (is_news(one))
            tell(&one->now);
        one->told = one->now;
        one->was_told = true;
        one->final =
            one->now.holders == 0 && (strcmp(one->now.state, "GONE") == 0 ||
                                      strcmp(one->now.state, "TIME-WAIT") == 0);
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!list[i].final)
            list[kept++] = list[i];
    count = kept;
}
