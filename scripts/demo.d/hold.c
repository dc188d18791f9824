/*
 * hold.c - make the tracer of make xray hold its threads for make demo.
 *
 * It is linked with the tracer, and stands between it and two functions
 * (ld's --wrap): log_call, to know that a call has been told; and ptrace, to
 * hold the thread that made it, or that has just become another program, before
 * it goes on. By then the states that the call brought are told as well. The
 * tracer gives nobody else a turn meanwhile, so everybody stands still.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../play/xray-message.h"
#include "../xray.d/task.h"

/* The linker's names, reserved for it.
 * NOLINTBEGIN(bugprone-reserved-identifier)
 */
long __real_ptrace(enum __ptrace_request request, ...);
long __wrap_ptrace(enum __ptrace_request request, ...);
void __real_log_call(const struct task *task, bool returned, int64_t value,
                     uint64_t inode);
void __wrap_log_call(const struct task *task, bool returned, int64_t value,
                     uint64_t inode);

static pid_t told; /* the thread whose call has been told last, or 0 */

/* Without a player there is nobody to wait for. */
static void hold(enum xray_held why)
{
    char byte = (char)why;
    if (send(XRAY_HOLD_FD, &byte, 1, MSG_NOSIGNAL) == 1)
        (void)!recv(XRAY_HOLD_FD, &byte, 1, 0);
}

/* As log.h has it. */
void __wrap_log_call(const struct task *task, bool returned, int64_t value,
                     uint64_t inode)
{
    __real_log_call(task, returned, value, inode);
    told = returned ? task->tid : 0;
}

static bool has_become_another(pid_t tid)
{
    const struct task *task = find_task(tid);
    return task != NULL && task->status >> 16 == PTRACE_EVENT_EXEC;
}

/* As ptrace(2); the tracer always gives all four arguments. */
long __wrap_ptrace(enum __ptrace_request request, ...)
{
    va_list rest;
    va_start(rest, request);
    pid_t tid = va_arg(rest, pid_t);
    void *address = va_arg(rest, void *);
    void *data = va_arg(rest, void *);
    va_end(rest);
    bool goes_on = request == PTRACE_SYSCALL || request == PTRACE_CONT;
    if (goes_on && has_become_another(tid)) {
        hold(HELD_AT_EXEC);
    } else if (goes_on && told == tid) {
        told = 0;
        hold(HELD_BEHIND_CALL);
    }
    return __real_ptrace(request, tid, address, data);
}
/* NOLINTEND(bugprone-reserved-identifier) */
