#define _GNU_SOURCE /* syscall numbers */
#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"

enum { MOST = 400 };

static struct sock_filter program[MOST];
static unsigned short length;

static void add(unsigned short code, unsigned value, unsigned char if_true,
                unsigned char if_false)
{
    if (length < MOST)
        program[length++] =
            (struct sock_filter){code, if_true, if_false, value};
}

static void load(size_t offset)
{
    add(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void trace_if_equal(unsigned value)
{
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    add(BPF_RET | BPF_K, SECCOMP_RET_TRACE, 0, 0);
}

/* A process that hides from tracers, prctl(2), says so there. */
static void trace_hiding(void)
{
    add(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 4);
    load(offsetof(struct seccomp_data, args[0]));
    trace_if_equal(PR_SET_DUMPABLE);
    add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

static bool is_wanted(const struct options *options, const struct call *call,
                      bool tracking)
{
    bool moves = find_transfer(call->number) != NULL &&
                 (options->short_sockets || options->short_files);
    bool sleeps = call->kind != NO_KIND && options->eintr[call->kind];
    bool creates =
        tracking && (call->number == SYS_socket || call->kind == ACCEPT ||
                     call->number == SYS_socketpair);
    return moves || sleeps || creates || has_rule(options, call);
}

bool install_filter(const struct options *options, bool tracking)
{
    load(offsetof(struct seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, MACHINE_AUDIT_ARCH, 1, 0);
    add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    load(offsetof(struct seccomp_data, nr));
    const struct call *call;
    for (int i = 0; (call = call_at(i)) != NULL; i++)
        if (call->number != -1 && is_wanted(options, call, tracking))
            trace_if_equal((unsigned)call->number);
    trace_hiding();
    add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);

    /* Without privileges, none may be gained behind a filter. */
    struct sock_fprog whole = {length, program};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) == 0)
        return true;
    return errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) == 0;
}
