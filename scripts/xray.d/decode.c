#define _GNU_SOURCE /* process_vm_readv */
#include "decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "error.h"
#include "flags.h"
#include "names.h"

enum { SHOWN_BYTES = 48, SHOWN_ITEMS = 8 };

/* How each argument is to be read. */
enum argument {
    END,
    FD,      /* a descriptor */
    INT,     /* a signed number */
    SIZE,    /* an unsigned one */
    HEX,     /* bits that we have no names for */
    DOMAIN_, /* of socket(2); the next two are its type and protocol */
    TYPE_,
    PROTOCOL,
    ADDRESS,     /* in; its length is the next argument */
    ADDRESS_OUT, /* the next argument points to the length */
    LENGTH,      /* a length that says nothing: not shown */
    BUFFER,      /* in; its length is the next argument */
    BUFFER_OUT,  /* as long as the result */
    VECTOR,      /* in: struct iovec; the next argument counts them */
    VECTOR_OUT,
    MESSAGE, /* in: struct msghdr */
    MESSAGE_OUT,
    HOW,          /* of shutdown(2) */
    FLAGS,        /* MSG_... */
    ACCEPT_FLAGS, /* not shown when 0 */
    LEVEL,
    OPTION,
    VALUE,     /* in; its length is the next argument */
    VALUE_OUT, /* the next argument points to the length */
    PAIR_OUT,  /* two descriptors */
    PATH,
    AT,      /* a directory's descriptor: not shown when AT_FDCWD */
    OPEN_,   /* O_... */
    MODE,    /* shown with O_CREAT */
    COMMAND, /* of fcntl(2); the next is its argument */
    COMMAND_ARGUMENT,
    SETS, /* the rest: select's three sets and its time limit */
    SETS_TIMESPEC,
    POLLED, /* the rest: poll's array, count and time limit */
    POLLED_TIMESPEC,
    EPOLL_OP,
    EPOLL_EVENT,
    EPOLL_OUT, /* as many as the result; the count is the next one */
    SIGNAL_,
    ACTION, /* struct sigaction, the kernel's */
    STATUS_OUT,
    WAIT_FLAGS_,
    TIMESPEC,
    REQUEST, /* of ioctl(2) */
    UNSHARED,
    WHENCE,
};

static const struct {
    const char *kernel;  /* the call's name */
    const char *written; /* in programs; NULL: the same */
    bool waits;
    enum argument arguments[8];
} calls[] = {
    {"socket", NULL, false, {DOMAIN_, TYPE_, PROTOCOL}},
    {"socketpair", NULL, false, {DOMAIN_, TYPE_, PROTOCOL, PAIR_OUT}},
    {"bind", NULL, false, {FD, ADDRESS, LENGTH}},
    {"listen", NULL, false, {FD, INT}},
    {"accept", NULL, true, {FD, ADDRESS_OUT, LENGTH}},
    {"accept4", "accept", true, {FD, ADDRESS_OUT, LENGTH, ACCEPT_FLAGS}},
    {"connect", NULL, true, {FD, ADDRESS, LENGTH}},
    {"shutdown", NULL, false, {FD, HOW}},
    {"close", NULL, true, {FD}},
    {"sendto", NULL, true, {FD, BUFFER, SIZE, FLAGS, ADDRESS, LENGTH}},
    {"recvfrom",
     NULL,
     true,
     {FD, BUFFER_OUT, SIZE, FLAGS, ADDRESS_OUT, LENGTH}},
    {"sendmsg", NULL, true, {FD, MESSAGE, FLAGS}},
    {"recvmsg", NULL, true, {FD, MESSAGE_OUT, FLAGS}},
    {"read", NULL, true, {FD, BUFFER_OUT, SIZE}},
    {"write", NULL, true, {FD, BUFFER, SIZE}},
    {"readv", NULL, true, {FD, VECTOR_OUT, INT}},
    {"writev", NULL, true, {FD, VECTOR, INT}},
    {"sendfile", NULL, true, {FD, FD, HEX, SIZE}},
    {"getsockname", NULL, false, {FD, ADDRESS_OUT, LENGTH}},
    {"getpeername", NULL, false, {FD, ADDRESS_OUT, LENGTH}},
    {"setsockopt", NULL, false, {FD, LEVEL, OPTION, VALUE, LENGTH}},
    {"getsockopt", NULL, false, {FD, LEVEL, OPTION, VALUE_OUT, LENGTH}},
    {"dup", NULL, false, {FD}},
    {"dup2", NULL, false, {FD, FD}},
    {"dup3", "dup2", false, {FD, FD}},
    {"pipe", NULL, false, {PAIR_OUT}},
    {"pipe2", "pipe", false, {PAIR_OUT}},
    {"fcntl", NULL, false, {FD, COMMAND, COMMAND_ARGUMENT}},
    {"ioctl", NULL, false, {FD, REQUEST}},
    {"select", NULL, true, {INT, SETS}},
    {"pselect6", "select", true, {INT, SETS_TIMESPEC}},
    {"poll", NULL, true, {POLLED}},
    {"ppoll", "poll", true, {POLLED_TIMESPEC}},
    {"epoll_create1", NULL, false, {HEX}},
    {"epoll_create", NULL, false, {INT}},
    {"epoll_ctl", NULL, false, {FD, EPOLL_OP, FD, EPOLL_EVENT}},
    {"epoll_wait", NULL, true, {FD, EPOLL_OUT, INT, INT}},
    {"epoll_pwait", "epoll_wait", true, {FD, EPOLL_OUT, INT, INT}},
    {"open", NULL, false, {PATH, OPEN_, MODE}},
    {"openat", "open", false, {AT, PATH, OPEN_, MODE}},
    {"lseek", NULL, false, {FD, INT, WHENCE}},
    {"ftruncate", NULL, false, {FD, INT}},
    {"fsync", NULL, false, {FD}},
    {"unlink", NULL, false, {PATH}},
    {"unlinkat", "unlink", false, {AT, PATH}},
    {"fork", NULL, false, {END}},
    {"vfork", NULL, false, {END}},
    {"clone", "fork", false, {END}},
    {"clone3", "fork", false, {END}},
    {"wait4", "waitpid", true, {INT, STATUS_OUT, WAIT_FLAGS_}},
    {"kill", NULL, false, {INT, SIGNAL_}},
    {"rt_sigaction", "sigaction", false, {SIGNAL_, ACTION}},
    {"pause", NULL, true, {END}},
    {"rt_sigsuspend", "sigsuspend", true, {END}},
    {"alarm", NULL, false, {INT}},
    {"nanosleep", NULL, true, {TIMESPEC}},
    {"clock_nanosleep", NULL, true, {END}},
    {"unshare", NULL, false, {UNSHARED}},
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static size_t row_of(const char *name)
{
    size_t i = 0;
    while (i < CALLS && (name == NULL || strcmp(calls[i].kernel, name) != 0))
        i++;
    return i;
}

bool is_shown_call(const char *name)
{
    return row_of(name) < CALLS;
}

bool may_wait(const char *name)
{
    size_t row = row_of(name);
    return row < CALLS && calls[row].waits;
}

void free_words(struct words *words)
{
    bytes_free(&words->name);
    bytes_free(&words->args);
    bytes_free(&words->value);
    bytes_free(&words->to);
    bytes_free(&words->data);
}

/* --------------------------------------------------------------- memory -- */

bool read_memory(pid_t pid, uint64_t at, void *to, size_t len)
{
    struct iovec here = {to, len};
    struct iovec there = {(void *)(uintptr_t)at, len};
    return at != 0 &&
           process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)len;
}

void read_path(struct bytes *to, pid_t pid, uint64_t at)
{
    char c = '\0';
    for (int i = 0; i < 256 && read_memory(pid, at, &c, 1) && c != '\0'; i++) {
        bytes_add_char(to, c);
        at++;
    }
}

/* Text between double quotes, what cannot be seen as \n or \x07. */
static void quote(struct bytes *to, const char *data, size_t len)
{
    struct bytes shown = {0};
    show_bytes(&shown, data, len, SHOW_PLAIN);
    for (size_t i = 0; i < shown.len; i++) {
        if (shown.data[i] == '"')
            bytes_add_char(to, '\\');
        bytes_add_char(to, shown.data[i]);
    }
    bytes_free(&shown);
}

/* Cut at most that many bytes, but no character of UTF-8 in two. */
static size_t whole_characters(const char *data, size_t len, size_t most)
{
    if (len <= most)
        return len;
    while (most > 0 && ((unsigned char)data[most] & 0xc0) == 0x80)
        most--;
    return most;
}

/* Most of it cannot be read: netlink's messages, packets. */
static bool is_binary(const char *data, size_t len)
{
    size_t strange = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        strange += c == 0x7f || c >= 0xf8 ||
                   (c < ' ' && c != '\n' && c != '\r' && c != '\t');
    }
    return len > 8 && strange > len / 4;
}

static void write_data(struct words *words, const char *data, size_t have,
                       size_t len)
{
    if (is_binary(data, have)) {
        bytes_add_text(&words->args, "…binary…");
        return;
    }
    size_t shown = whole_characters(data, have, SHOWN_BYTES);
    bytes_add_char(&words->args, '"');
    quote(&words->args, data, shown);
    bytes_add_text(&words->args, len > shown ? "\"..." : "\"");
    quote(&words->data, data, shown);
    if (len > shown)
        bytes_add_text(&words->data, "...");
}

static void write_buffer(struct words *words, pid_t pid, uint64_t at,
                         uint64_t len)
{
    char data[SHOWN_BYTES + 4] = {0};
    size_t have = len < sizeof data ? (size_t)len : sizeof data;
    if (have == 0 || !read_memory(pid, at, data, have))
        bytes_add_text(&words->args, at == 0 ? "NULL" : "\"\"");
    else
        write_data(words, data, have, (size_t)len);
}

/* Gather what a vector of buffers holds, up to `most` bytes. */
static void write_vector(struct words *words, pid_t pid, uint64_t at,
                         uint64_t count, uint64_t most)
{
    char data[SHOWN_BYTES + 4] = {0};
    size_t have = 0;
    uint64_t all = 0;
    for (uint64_t i = 0; i < count && i < 64; i++) {
        struct iovec part = {0};
        if (!read_memory(pid, at + i * sizeof part, &part, sizeof part))
            break;
        uint64_t len = part.iov_len < most - all ? part.iov_len : most - all;
        size_t take = sizeof data - have;
        if (take > len)
            take = (size_t)len;
        if (take > 0 &&
            !read_memory(pid, (uintptr_t)part.iov_base, data + have, take))
            break;
        have += take;
        all += len;
    }
    write_data(words, data, have, (size_t)all);
}

/* ------------------------------------------------------------- addresses -- */

static void write_unix(struct bytes *to, const struct sockaddr_un *address,
                       size_t len)
{
    size_t most = len > offsetof(struct sockaddr_un, sun_path)
                      ? len - offsetof(struct sockaddr_un, sun_path)
                      : 0;
    const char *path = address->sun_path;
    if (most == 0) {
        bytes_add_text(to, "unnamed");
    } else if (path[0] == '\0') {
        bytes_add_char(to, '@');
        quote(to, path + 1, most - 1);
    } else {
        quote(to, path, strnlen(path, most));
    }
}

void write_address(struct bytes *to, const void *address, size_t len)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
    } a = {0};
    char text[INET6_ADDRSTRLEN];
    memcpy(&a, address, len < sizeof a ? len : sizeof a);
    if (len < sizeof a.any.sa_family)
        bytes_add_text(to, "nobody");
    else if (a.any.sa_family == AF_INET)
        bytes_format(to, "%s:%u",
                     inet_ntop(AF_INET, &a.in.sin_addr, text, sizeof text),
                     ntohs(a.in.sin_port));
    else if (a.any.sa_family == AF_INET6)
        bytes_format(to, "[%s]:%u",
                     inet_ntop(AF_INET6, &a.in6.sin6_addr, text, sizeof text),
                     ntohs(a.in6.sin6_port));
    else if (a.any.sa_family == AF_UNIX)
        write_unix(to, &a.un, len);
    else
        name_value(to, DOMAINS, a.any.sa_family);
}

static void write_address_at(struct words *words, pid_t pid, uint64_t at,
                             uint64_t len)
{
    char address[128] = {0};
    size_t have = len < sizeof address ? (size_t)len : sizeof address;
    if (at == 0) {
        bytes_add_text(&words->args, "NULL");
    } else if (have == 0 || !read_memory(pid, at, address, have)) {
        bytes_add_text(&words->args, "…");
    } else {
        bytes_clear(&words->to);
        write_address(&words->to, address, have);
        bytes_add(&words->args, words->to.data, words->to.len);
    }
}

/* ---------------------------------------------------------------- options --
 */

static void write_number(struct bytes *to, const char *data, size_t len)
{
    long long seconds[2];
    int pair[2];
    if (len == sizeof pair[0]) {
        memcpy(pair, data, sizeof pair[0]);
        bytes_format(to, "%d", pair[0]);
    } else if (len == sizeof pair) {
        memcpy(pair, data, sizeof pair);
        bytes_format(to, "{%d, %d}", pair[0], pair[1]);
    } else if (len == sizeof seconds) {
        memcpy(seconds, data, sizeof seconds);
        bytes_format(to, "{%lld, %lld}", seconds[0], seconds[1]);
    } else {
        bytes_format(to, "%zu bytes", len);
    }
}

static void write_option_value(struct words *words, const struct task *task,
                               uint64_t at, uint64_t len)
{
    const uint64_t *arg = task->call.arg;
    char data[64] = {0};
    if (at == 0) {
        bytes_add_text(&words->args, "NULL");
    } else if (len > sizeof data) {
        bytes_format(&words->args, "%llu bytes", (unsigned long long)len);
    } else if (!read_memory(task->pid, at, data, (size_t)len)) {
        bytes_add_text(&words->args, "…");
    } else if (arg[1] == SOL_SOCKET && arg[2] == SO_ERROR &&
               len == sizeof(int)) {
        int error;
        memcpy(&error, data, sizeof error);
        bytes_add_text(&words->args, error ? error_name(error) : "0");
    } else {
        write_number(&words->args, data, (size_t)len);
    }
    if (len != sizeof(int) && len < sizeof data)
        bytes_format(&words->args, ", %llu", (unsigned long long)len);
}

/* ------------------------------------------------------ select, poll, epoll --
 */

static void write_set(struct bytes *to, pid_t pid, uint64_t at, uint64_t count)
{
    fd_set set;
    const char *between = "";
    size_t len = (size_t)(count < FD_SETSIZE ? count : FD_SETSIZE) / 8 + 1;
    FD_ZERO(&set);
    if (at == 0 ||
        !read_memory(pid, at, &set, len < sizeof set ? len : sizeof set)) {
        bytes_add_text(to, at == 0 ? "NULL" : "…");
        return;
    }
    int shown = 0;
    bytes_add_char(to, '{');
    for (int fd = 0; fd < FD_SETSIZE && (uint64_t)fd < count; fd++) {
        if (!FD_ISSET(fd, &set))
            continue;
        if (shown++ == SHOWN_ITEMS) {
            bytes_add_text(to, " …");
            break;
        }
        bytes_format(to, "%s%d", between, fd);
        between = " ";
    }
    bytes_add_char(to, '}');
}

/* What is left of a time limit is never quite the same. */
static void write_time(struct bytes *to, double seconds)
{
    if (seconds >= 2)
        bytes_format(to, "%.0f s", seconds);
    else
        bytes_format(to, "%g s", (double)(int)(seconds * 10 + 0.5) / 10);
}

static void write_seconds(struct bytes *to, pid_t pid, uint64_t at,
                          long fraction)
{
    long time[2] = {0};
    if (at == 0)
        bytes_add_text(to, "NULL");
    else if (!read_memory(pid, at, time, sizeof time))
        bytes_add_text(to, "…");
    else
        write_time(to, (double)time[0] + (double)time[1] / (double)fraction);
}

static void write_sets(struct bytes *to, const struct task *task, long fraction)
{
    const uint64_t *arg = task->call.arg;
    for (int i = 1; i <= 3; i++) {
        write_set(to, task->pid, arg[i], arg[0]);
        bytes_add_text(to, ", ");
    }
    write_seconds(to, task->pid, arg[4], fraction);
}

/* With `found` what came of it, else what was asked for. */
static void write_polled(struct bytes *to, const struct task *task, bool found)
{
    const uint64_t *arg = task->call.arg;
    const char *between = "";
    int shown = 0;
    bytes_add_char(to, '[');
    for (uint64_t i = 0; i < arg[1] && i < 4096; i++) {
        struct pollfd one = {0};
        if (!read_memory(task->pid, arg[0] + i * sizeof one, &one, sizeof one))
            break;
        short events = found ? one.revents : one.events;
        if (found && events == 0)
            continue;
        if (shown++ == SHOWN_ITEMS) {
            bytes_add_text(to, " …");
            break;
        }
        bytes_format(to, "%s%d", between, one.fd);
        if (events != 0) { /* without any it waits for errors */
            bytes_add_char(to, ' ');
            name_flags(to, POLL_EVENTS, (unsigned short)events);
        }
        between = ", ";
    }
    bytes_add_char(to, ']');
}

static void write_epoll_event(struct bytes *to, pid_t pid, uint64_t at)
{
    struct epoll_event event = {0};
    if (at == 0 || !read_memory(pid, at, &event, sizeof event)) {
        bytes_add_text(to, "NULL");
        return;
    }
    name_flags(to, EPOLL_EVENTS, event.events);
}

static void write_epolled(struct bytes *to, pid_t pid, uint64_t at,
                          int64_t count)
{
    const char *between = "";
    bytes_add_char(to, '[');
    for (int64_t i = 0; i < count && i < SHOWN_ITEMS; i++) {
        struct epoll_event event = {0};
        if (!read_memory(pid, at + (uint64_t)i * sizeof event, &event,
                         sizeof event))
            break;
        /* What the program keeps in the event's data: mostly the fd. */
        bytes_add_text(to, between);
        if (event.data.u64 < 65536)
            bytes_format(to, "%d ", event.data.fd);
        name_flags(to, EPOLL_EVENTS, event.events);
        between = ", ";
    }
    bytes_add_text(to, count > SHOWN_ITEMS ? " …]" : "]");
}

/* ---------------------------------------------------------------- messages --
 */

static void write_control(struct bytes *to, pid_t pid, const struct msghdr *m)
{
    union {
        struct cmsghdr header;
        char space[256];
    } control;
    if (m->msg_controllen < sizeof control.header ||
        m->msg_controllen > sizeof control ||
        !read_memory(pid, (uintptr_t)m->msg_control, &control,
                     m->msg_controllen))
        return;
    if (control.header.cmsg_level != SOL_SOCKET)
        return;
    if (control.header.cmsg_type == SCM_RIGHTS) {
        int fd;
        memcpy(&fd, CMSG_DATA(&control.header), sizeof fd);
        bytes_format(to, " with descriptor %d", fd);
    } else if (control.header.cmsg_type == SCM_CREDENTIALS) {
        bytes_add_text(to, " with credentials");
    }
}

static void write_message(struct words *words, const struct task *task,
                          bool out, int64_t value)
{
    struct msghdr m = {0};
    if (!read_memory(task->pid, task->call.arg[1], &m, sizeof m)) {
        bytes_add_text(&words->args, "…");
        return;
    }
    bytes_add_char(&words->args, '{');
    if (m.msg_name != NULL && m.msg_namelen > 0) {
        write_address_at(words, task->pid, (uintptr_t)m.msg_name,
                         m.msg_namelen);
        bytes_add_text(&words->args, ", ");
    }
    write_vector(words, task->pid, (uintptr_t)m.msg_iov, m.msg_iovlen,
                 out ? (uint64_t)(value > 0 ? value : 0) : UINT64_MAX);
    write_control(&words->args, task->pid, &m);
    bytes_add_char(&words->args, '}');
}

/* ------------------------------------------------------------------ others --
 */

static void write_pair(struct bytes *to, pid_t pid, uint64_t at)
{
    int pair[2] = {0};
    if (read_memory(pid, at, pair, sizeof pair))
        bytes_format(to, "{%d, %d}", pair[0], pair[1]);
    else
        bytes_add_text(to, "…");
}

static void write_status(struct bytes *to, pid_t pid, uint64_t at)
{
    int status = 0;
    if (!read_memory(pid, at, &status, sizeof status))
        bytes_add_text(to, "NULL");
    else if (WIFSIGNALED(status))
        bytes_add_text(to, signal_name(WTERMSIG(status)));
    else
        bytes_format(to, "status %d", WEXITSTATUS(status));
}

static void write_action(struct bytes *to, pid_t pid, uint64_t at)
{
    unsigned long action[2] = {
        0}; /* handler and flags come first in the kernel's */
    if (!read_memory(pid, at, action, sizeof action))
        bytes_add_text(to, "NULL");
    else if (action[0] == 0)
        bytes_add_text(to, "SIG_DFL");
    else if (action[0] == 1)
        bytes_add_text(to, "SIG_IGN");
    else
        bytes_format(to, "a handler%s",
                     action[1] & SA_RESTART ? " with SA_RESTART" : "");
}

static void write_type(struct bytes *to, uint64_t type)
{
    name_value(to, TYPES, type & 0xf);
    if (type & SOCK_NONBLOCK)
        bytes_add_text(to, "|SOCK_NONBLOCK");
    if (type & SOCK_CLOEXEC)
        bytes_add_text(to, "|SOCK_CLOEXEC");
}

static void write_quoted_path(struct bytes *to, pid_t pid, uint64_t at)
{
    struct bytes path = {0};
    read_path(&path, pid, at);
    bytes_add_char(to, '"');
    quote(to, bytes_text(&path), path.len);
    bytes_add_char(to, '"');
    bytes_free(&path);
}

static uint64_t length_at(const struct task *task, int i)
{
    socklen_t len = 0;
    read_memory(task->pid, task->call.arg[i], &len, sizeof len);
    return len;
}

/* -------------------------------------------------------------- arguments --
 */

struct reading {
    struct words *words;
    const struct task *task;
    bool returned;
    int64_t value;
};

/* Those that the call fills in, known when it has succeeded. */
static bool is_output(enum argument kind)
{
    switch (kind) {
    case ADDRESS_OUT:
    case BUFFER_OUT:
    case VECTOR_OUT:
    case MESSAGE_OUT:
    case VALUE_OUT:
    case PAIR_OUT:
    case EPOLL_OUT:
    case STATUS_OUT:
        return true;
    default:
        return false;
    }
}

static void write_output(const struct reading *r, enum argument kind, int i)
{
    const struct task *task = r->task;
    uint64_t at = task->call.arg[i];
    struct bytes *to = &r->words->args;
    switch (kind) {
    case ADDRESS_OUT:
        write_address_at(r->words, task->pid, at, length_at(task, i + 1));
        break;
    case BUFFER_OUT:
        /* With MSG_TRUNC it says more than it has written. */
        write_buffer(r->words, task->pid, at,
                     (uint64_t)r->value < task->call.arg[i + 1]
                         ? (uint64_t)r->value
                         : task->call.arg[i + 1]);
        break;
    case VECTOR_OUT:
        write_vector(r->words, task->pid, at, task->call.arg[i + 1],
                     (uint64_t)r->value);
        break;
    case MESSAGE_OUT:
        write_message(r->words, task, true, r->value);
        break;
    case VALUE_OUT:
        write_option_value(r->words, task, at, length_at(task, i + 1));
        break;
    case PAIR_OUT:
        write_pair(to, task->pid, at);
        break;
    case EPOLL_OUT:
        write_epolled(to, task->pid, at, r->value);
        break;
    default:
        write_status(to, task->pid, at);
    }
}

static void write_flags_of(const struct reading *r, enum argument kind, int i)
{
    const uint64_t *arg = r->task->call.arg;
    struct bytes *to = &r->words->args;
    switch (kind) {
    case DOMAIN_:
        name_value(to, DOMAINS, arg[i]);
        break;
    case TYPE_:
        write_type(to, arg[i]);
        break;
    case PROTOCOL:
        name_protocol(to, (int)arg[i - 2], (int)arg[i - 1], (int)arg[i]);
        break;
    case ACCEPT_FLAGS:
        name_flags(to, SOCKET_FLAGS, (uint32_t)arg[i]);
        break;
    case HOW:
        name_value(to, SHUT_HOWS, arg[i]);
        break;
    case LEVEL:
        name_value(to, LEVELS, arg[i]);
        break;
    case OPTION:
        name_option(to, (int)arg[i - 1], (int)arg[i]);
        break;
    case OPEN_:
        name_flags(to, OPEN_FLAGS, (uint32_t)arg[i]);
        break;
    case COMMAND:
        name_value(to, FCNTL_COMMANDS, (uint32_t)arg[i]);
        break;
    case EPOLL_OP:
        name_value(to, EPOLL_OPERATIONS, (uint32_t)arg[i]);
        break;
    case WAIT_FLAGS_:
        name_flags(to, WAIT_FLAGS, (uint32_t)arg[i]);
        break;
    case REQUEST:
        name_value(to, IOCTLS, (uint32_t)arg[i]);
        break;
    case UNSHARED:
        name_flags(to, CLONE_FLAGS, (uint32_t)arg[i]);
        break;
    case WHENCE:
        name_value(to, SEEK_WHENCES, (uint32_t)arg[i]);
        break;
    default:
        name_flags(to, MESSAGE_FLAGS, (uint32_t)arg[i]);
    }
}

static void write_command_argument(const struct reading *r, int i)
{
    const uint64_t *arg = r->task->call.arg;
    int command = (int)arg[i - 1];
    if (command == F_SETFL)
        name_flags(&r->words->args, STATUS_FLAGS, (uint32_t)arg[i]);
    else
        bytes_format(&r->words->args, "%d", (int)arg[i]);
}

static void write_input(const struct reading *r, enum argument kind, int i)
{
    const struct task *task = r->task;
    const uint64_t *arg = task->call.arg;
    struct bytes *to = &r->words->args;
    switch (kind) {
    case FD:
    case INT:
        bytes_format(to, "%d", (int)arg[i]);
        break;
    case SIZE:
        bytes_format(to, "%lld", (long long)arg[i]);
        break;
    case HEX:
        bytes_format(to, arg[i] ? "0x%llx" : "0", (unsigned long long)arg[i]);
        break;
    case ADDRESS:
        write_address_at(r->words, task->pid, arg[i], (uint32_t)arg[i + 1]);
        break;
    case BUFFER:
        write_buffer(r->words, task->pid, arg[i], arg[i + 1]);
        break;
    case VECTOR:
        write_vector(r->words, task->pid, arg[i], arg[i + 1], UINT64_MAX);
        break;
    case MESSAGE:
        write_message(r->words, task, false, 0);
        break;
    case VALUE:
        write_option_value(r->words, task, arg[i], (uint32_t)arg[i + 1]);
        break;
    case PATH:
        write_quoted_path(to, task->pid, arg[i]);
        break;
    case MODE:
        bytes_format(to, "0%03o", (unsigned)arg[i] & 07777);
        break;
    case COMMAND_ARGUMENT:
        write_command_argument(r, i);
        break;
    case EPOLL_EVENT:
        write_epoll_event(to, task->pid, arg[i]);
        break;
    case SIGNAL_:
        bytes_add_text(to, signal_name((int)arg[i]));
        break;
    case ACTION:
        write_action(to, task->pid, arg[i]);
        break;
    case TIMESPEC:
        write_seconds(to, task->pid, arg[i], 1000000000);
        break;
    case SETS:
    case SETS_TIMESPEC:
    case POLLED:
    case POLLED_TIMESPEC:
        bytes_add(to, task->call.out.data, task->call.out.len);
        break;
    default:
        write_flags_of(r, kind, i);
    }
}

/* Arguments that say nothing where they stand. */
static bool is_left_out(const struct reading *r, enum argument kind, int i)
{
    const uint64_t *arg = r->task->call.arg;
    switch (kind) {
    case LENGTH:
        return true;
    case ACCEPT_FLAGS:
        return arg[i] == 0;
    case AT:
        return (int)arg[i] == AT_FDCWD;
    case MODE:
        return (arg[i - 1] & O_CREAT) == 0;
    case COMMAND_ARGUMENT:
        return (int)arg[i - 1] == F_GETFL || (int)arg[i - 1] == F_GETFD;
    case ADDRESS: /* send(2) is sendto(2) without an address */
    case ADDRESS_OUT:
        return i == 4 && arg[i] == 0;
    default:
        return false;
    }
}

static void write_argument(const struct reading *r, enum argument kind, int i)
{
    if (!is_output(kind))
        write_input(r, kind, i);
    else if (r->task->call.arg[i] == 0)
        bytes_add_text(&r->words->args, "NULL");
    else if (r->returned && r->value >= 0)
        write_output(r, kind, i);
    else
        bytes_add_text(&r->words->args, "…");
}

static void write_arguments(const struct reading *r, size_t row)
{
    const char *between = "";
    for (int i = 0; i < 7 && calls[row].arguments[i] != END; i++) {
        enum argument kind = calls[row].arguments[i];
        if (is_left_out(r, kind, i))
            continue;
        bytes_add_text(&r->words->args, between);
        write_argument(r, kind, i);
        between = ", ";
    }
}

/* ----------------------------------------------------------- what came of it
 * -- */

const char *error_name(int number)
{
    return error_symbol(number);
}

static void write_found(const struct reading *r, size_t row)
{
    struct bytes *to = &r->words->value;
    const struct task *task = r->task;
    enum argument first = calls[row].arguments[0];
    enum argument second = calls[row].arguments[1];
    if (first == POLLED || first == POLLED_TIMESPEC) {
        bytes_add_char(to, ' ');
        write_polled(to, task, true);
    } else if (second == SETS || second == SETS_TIMESPEC) {
        for (int i = 1; i <= 3; i++)
            if (task->call.arg[i] != 0) {
                bytes_add_char(to, ' ');
                write_set(to, task->pid, task->call.arg[i], task->call.arg[0]);
            }
    }
}

static void write_result(const struct reading *r, size_t row)
{
    enum { INTERRUPTED_FIRST = 512, INTERRUPTED_LAST = 516 }; /* ERESTART... */
    struct bytes *to = &r->words->value;
    bool failed = r->value < 0 && r->value > -4096;
    if (failed && r->value <= -INTERRUPTED_FIRST &&
        r->value >= -INTERRUPTED_LAST)
        bytes_add_text(to, "interrupted");
    else if (failed)
        bytes_format(to, "-1 %s", error_name((int)-r->value));
    else
        bytes_format(to, "%lld", (long long)r->value);
    if (!failed && r->value > 0)
        write_found(r, row);
    bool flags = strcmp(calls[row].kernel, "fcntl") == 0 &&
                 (int)r->task->call.arg[1] == F_GETFL;
    if (!failed && flags) {
        bytes_clear(to);
        name_flags(to, STATUS_FLAGS, (uint64_t)r->value);
    }
}

/* recvfrom(2) without an address is what programs write as recv(2). */
static const char *written_name(const struct task *task, size_t row)
{
    const char *name = calls[row].kernel;
    if (strcmp(name, "sendto") == 0 && task->call.arg[4] == 0)
        return "send";
    if (strcmp(name, "recvfrom") == 0 && task->call.arg[4] == 0)
        return "recv";
    enum { NEW_THREAD = 0x10000 }; /* CLONE_THREAD */
    if (strcmp(name, "clone") == 0 && (task->call.arg[0] & NEW_THREAD))
        return "pthread_create";
    uint64_t flags = 0;
    if (strcmp(name, "clone3") == 0 &&
        read_memory(task->pid, task->call.arg[0], &flags, sizeof flags) &&
        (flags & NEW_THREAD))
        return "pthread_create";
    return calls[row].written ? calls[row].written : name;
}

void note_entry(struct task *task)
{
    size_t row = row_of(task->call.name);
    struct bytes *to = &task->call.out;
    bytes_clear(to);
    if (row == CALLS)
        return;
    switch (calls[row].arguments[calls[row].arguments[0] == INT ? 1 : 0]) {
    case SETS:
        write_sets(to, task, 1000000);
        break;
    case SETS_TIMESPEC:
        write_sets(to, task, 1000000000);
        break;
    case POLLED:
        write_polled(to, task, false);
        bytes_format(to, ", %llu, %d", (unsigned long long)task->call.arg[1],
                     (int)task->call.arg[2]);
        break;
    case POLLED_TIMESPEC:
        write_polled(to, task, false);
        bytes_format(to, ", %llu, ", (unsigned long long)task->call.arg[1]);
        write_seconds(to, task->pid, task->call.arg[2], 1000000000);
        break;
    default:
        break;
    }
}

void put_into_words(struct words *words, const struct task *task, bool returned,
                    int64_t value)
{
    size_t row = row_of(task->call.name);
    struct reading r = {words, task, returned, value};
    words->fd = -1;
    if (row == CALLS)
        return;
    bytes_add_text(&words->name, written_name(task, row));
    if (calls[row].arguments[0] == FD)
        words->fd = (int)task->call.arg[0];
    write_arguments(&r, row);
    if (returned)
        write_result(&r, row);
}
