#define _GNU_SOURCE /* syscall numbers */
#include "calls.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Calls that newer machines do without: the C library uses others there. */
#ifndef SYS_poll
#define SYS_poll (-1)
#define SYS_select (-1)
#define SYS_epoll_wait (-1)
#define SYS_epoll_create (-1)
#define SYS_fork (-1)
#define SYS_vfork (-1)
#define SYS_open (-1)
#define SYS_pipe (-1)
#define SYS_dup2 (-1)
#define SYS_unlink (-1)
#define SYS_getdents (-1)
#endif
#ifndef SYS_newfstatat
#define SYS_newfstatat (-1)
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

const char *const kind_names[KINDS] = {
    "accept", "recv", "send",    "poll",      "select",
    "epoll",  "wait", "connect", "nanosleep",
};

static const struct call calls[] = {
    {SYS_accept, "accept", ACCEPT, true},
    {SYS_accept4, "accept4 accept", ACCEPT, true},
    {SYS_connect, "connect", CONNECT, true},
    {SYS_read, "read", RECV, true},
    {SYS_readv, "readv", RECV, true},
    {SYS_recvfrom, "recvfrom recv", RECV, true},
    {SYS_recvmsg, "recvmsg recv", RECV, true},
    {SYS_write, "write", SEND, true},
    {SYS_writev, "writev", SEND, true},
    {SYS_sendto, "sendto send", SEND, true},
    {SYS_sendmsg, "sendmsg send", SEND, true},
    {SYS_poll, "poll", POLL, false},
    {SYS_ppoll, "ppoll poll", POLL, false},
    {SYS_select, "select", SELECT, false},
    {SYS_pselect6, "pselect6 pselect select", SELECT, false},
    {SYS_epoll_wait, "epoll_wait", EPOLL, true},
    {SYS_epoll_pwait, "epoll_pwait epoll_wait", EPOLL, true},
    {SYS_epoll_pwait2, "epoll_pwait2 epoll_wait", EPOLL, true},
    {SYS_wait4, "wait4 wait waitpid", WAIT, false},
    {SYS_waitid, "waitid", WAIT, false},
    {SYS_nanosleep, "nanosleep sleep", NANOSLEEP, false},
    {SYS_clock_nanosleep, "clock_nanosleep nanosleep sleep", NANOSLEEP, false},

    {SYS_pread64, "pread64 pread", NO_KIND, true},
    {SYS_pwrite64, "pwrite64 pwrite", NO_KIND, true},
    {SYS_preadv, "preadv", NO_KIND, true},
    {SYS_pwritev, "pwritev", NO_KIND, true},
    {SYS_sendfile, "sendfile", NO_KIND, true},
    {SYS_splice, "splice", NO_KIND, true},
    {SYS_copy_file_range, "copy_file_range", NO_KIND, true},
    {SYS_sendmmsg, "sendmmsg", NO_KIND, true},
    {SYS_recvmmsg, "recvmmsg", NO_KIND, true},

    {SYS_socket, "socket", NO_KIND, false},
    {SYS_socketpair, "socketpair", NO_KIND, false},
    {SYS_bind, "bind", NO_KIND, true},
    {SYS_listen, "listen", NO_KIND, true},
    {SYS_shutdown, "shutdown", NO_KIND, true},
    {SYS_getsockopt, "getsockopt", NO_KIND, true},
    {SYS_setsockopt, "setsockopt", NO_KIND, true},
    {SYS_getsockname, "getsockname", NO_KIND, true},
    {SYS_getpeername, "getpeername", NO_KIND, true},
    {SYS_epoll_create, "epoll_create", NO_KIND, false},
    {SYS_epoll_create1, "epoll_create1 epoll_create", NO_KIND, false},
    {SYS_epoll_ctl, "epoll_ctl", NO_KIND, true},
    {SYS_fork, "fork", NO_KIND, false},
    {SYS_vfork, "vfork fork", NO_KIND, false},
    {SYS_clone, "clone fork", NO_KIND, false},
    {SYS_clone3, "clone3 fork", NO_KIND, false},
    {SYS_execve, "execve exec", NO_KIND, false},
    {SYS_kill, "kill", NO_KIND, false},
    {SYS_rt_sigaction, "rt_sigaction sigaction signal", NO_KIND, false},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait sigwait", NO_KIND, false},
    {SYS_signalfd4, "signalfd4 signalfd", NO_KIND, false},
    {SYS_timerfd_create, "timerfd_create", NO_KIND, false},
    {SYS_eventfd2, "eventfd2 eventfd", NO_KIND, false},
    {SYS_open, "open", NO_KIND, false},
    {SYS_openat, "openat open", NO_KIND, false},
    {SYS_close, "close", NO_KIND, true},
    {SYS_lseek, "lseek", NO_KIND, true},
    {SYS_fcntl, "fcntl", NO_KIND, true},
    {SYS_ioctl, "ioctl", NO_KIND, true},
    {SYS_fstat, "fstat stat", NO_KIND, true},
    {SYS_newfstatat, "newfstatat stat fstat", NO_KIND, false},
    {SYS_fsync, "fsync", NO_KIND, true},
    {SYS_ftruncate, "ftruncate", NO_KIND, true},
    {SYS_getdents64, "getdents64 readdir", NO_KIND, true},
    {SYS_pipe, "pipe", NO_KIND, false},
    {SYS_pipe2, "pipe2 pipe", NO_KIND, false},
    {SYS_dup, "dup", NO_KIND, true},
    {SYS_dup2, "dup2", NO_KIND, true},
    {SYS_dup3, "dup3 dup2", NO_KIND, true},
    {SYS_unlink, "unlink", NO_KIND, false},
    {SYS_unlinkat, "unlinkat unlink", NO_KIND, false},
    {SYS_mmap, "mmap", NO_KIND, false},
    {SYS_getrandom, "getrandom", NO_KIND, false},
    {SYS_prctl, "prctl", NO_KIND, false},
};

static const struct transfer transfers[] = {
    {SYS_read, false, COUNT, 2, -1, 0, -1},
    {SYS_write, true, COUNT, 2, -1, 0, -1},
    {SYS_pread64, false, COUNT, 2, -1, 0, -1},
    {SYS_pwrite64, true, COUNT, 2, -1, 0, -1},
    {SYS_recvfrom, false, COUNT, 2, 3, 0, -1},
    {SYS_sendto, true, COUNT, 2, 3, 0, -1},
    {SYS_readv, false, VECTOR, 1, -1, 0, -1},
    {SYS_writev, true, VECTOR, 1, -1, 0, -1},
    {SYS_preadv, false, VECTOR, 1, -1, 0, -1},
    {SYS_pwritev, true, VECTOR, 1, -1, 0, -1},
    {SYS_recvmsg, false, MESSAGE, 1, 2, 0, -1},
    {SYS_sendmsg, true, MESSAGE, 1, 2, 0, -1},
    {SYS_sendfile, true, COUNT, 3, -1, 0, 1},
    {SYS_splice, true, COUNT, 4, -1, 2, 0},
    {SYS_copy_file_range, true, COUNT, 4, -1, 2, 0},
};

static const struct limit limits[] = {
    {SYS_poll, 2, MILLISECONDS},
    {SYS_ppoll, 2, TIME},
    {SYS_select, 4, TIME},
    {SYS_pselect6, 4, TIME},
    {SYS_epoll_wait, 3, MILLISECONDS},
    {SYS_epoll_pwait, 3, MILLISECONDS},
    {SYS_epoll_pwait2, 3, TIME},
    {SYS_wait4, 2, OPTIONS},
    {SYS_waitid, 3, OPTIONS},
};

const struct call *find_call(long number)
{
    for (size_t i = 0; i < LENGTH(calls); i++)
        if (calls[i].number == number && number != -1)
            return &calls[i];
    return NULL;
}

const struct transfer *find_transfer(long number)
{
    for (size_t i = 0; i < LENGTH(transfers); i++)
        if (transfers[i].number == number)
            return &transfers[i];
    return NULL;
}

const struct limit *find_limit(long number)
{
    for (size_t i = 0; i < LENGTH(limits); i++)
        if (limits[i].number == number)
            return &limits[i];
    return NULL;
}

const struct call *call_at(int i)
{
    return (size_t)i < LENGTH(calls) ? &calls[i] : NULL;
}

int name_length(const struct call *call)
{
    return (int)strcspn(call->names, " ");
}

bool call_is(const struct call *call, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = call->names; *at != '\0';
         at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == length && strncmp(at, name, length) == 0)
            return true;
    return false;
}
