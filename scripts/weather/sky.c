#define _GNU_SOURCE /* syscall numbers, MSG_... of Linux */
#include "sky.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "descriptor.h"
#include "famine.h"
#include "report.h"

static const struct options *asked_for;
static bool tracking;

void set_weather(const struct options *options, bool track)
{
    asked_for = options;
    tracking = track;
}

/* The process's descriptor; false if it cannot be looked at. */
static bool look(struct task *task, int fd, struct descriptor *descriptor)
{
    return fd >= 0 && look_at_descriptor(task->process->pid,
                                         &task->process->pidfd, fd, descriptor);
}

static bool is_socket(const struct descriptor *descriptor)
{
    return descriptor->thing->type == STREAM ||
           descriptor->thing->type == MESSAGES;
}

/* ---------------------------------------------------------------- fails -- */

/* The call is not made. What it returns is set at its end. */
static bool fail(struct task *task, registers *regs, struct rule *rule)
{
    task->intent.what = FAIL;
    task->intent.rule = rule;
    return skip_call(task->tid, regs);
}

/* The call is made, and may fail by itself. */
static bool starve(struct task *task, struct rule *rule)
{
    begin_famine(task->process->pid);
    task->intent.what = is_famine() ? STARVE : NOTHING;
    task->intent.rule = rule;
    return task->intent.what == STARVE;
}

static void end_starved(struct task *task, const registers *regs)
{
    struct intent *intent = &task->intent;
    if (get_result(regs) != -EMFILE)
        return;
    intent->rule->done++;
    report_error(intent->call, intent->fd, intent->rule);
}

static struct rule *rule_for(const struct call *call)
{
    struct rule *found = NULL;
    for (int i = 0; i < asked_for->rule_count; i++) {
        struct rule *rule = &asked_for->rules[i];
        if (!call_is(call, rule->call))
            continue;
        rule->made++;
        if (found == NULL && rule->made >= rule->first &&
            rule->made <= rule->last)
            found = rule;
    }
    return found;
}

/*
 * nanosleep tells how much is left, which is all of it here. An absolute time
 * (clock_nanosleep's flag) needs no rest.
 */
static void write_rest(struct task *task)
{
    const struct intent *intent = &task->intent;
    int first = intent->call->number == SYS_nanosleep ? 0 : 2;
    bool absolute = first == 2 && intent->argument[1] & TIMER_ABSTIME;
    unsigned long asked = intent->argument[first];
    unsigned long rest = intent->argument[first + 1];
    struct timespec time = {0};
    if (!absolute && rest != 0 &&
        get_memory(task->tid, asked, &time, sizeof time))
        put_memory(task->tid, rest, &time, sizeof time);
}

static void end_failure(struct task *task, registers *regs)
{
    struct intent *intent = &task->intent;
    struct rule *rule = intent->rule;
    set_result(regs, rule != NULL ? -rule->error : -EINTR);
    if (!write_registers(task->tid, regs))
        return;
    if (rule == NULL && intent->call->kind == NANOSLEEP)
        write_rest(task);
    if (rule == NULL) {
        report_eintr(intent->call, intent->fd);
        return;
    }
    rule->done++;
    report_error(intent->call, intent->fd, rule);
}

/* -------------------------------------------------------- interruptions -- */

/* A call that must not sleep cannot be interrupted while it does. */
static bool may_sleep(struct task *task, const struct intent *intent)
{
    const struct limit *limit = find_limit(intent->call->number);
    if (limit == NULL)
        return true;
    unsigned long value = intent->argument[limit->argument];
    long time[2] = {0};
    switch (limit->means) {
    case MILLISECONDS:
        return (int)value != 0;
    case OPTIONS:
        return !(value & WNOHANG);
    case TIME:
        return value == 0 || (get_memory(task->tid, value, time, sizeof time) &&
                              (time[0] != 0 || time[1] != 0));
    }
    return false;
}

/*
 * Only sockets, for whose calls a program has to expect EINTR. Of read and
 * write 0, 1 and 2 are left out, where they come from stdio, which gives up.
 * A connect that a signal interrupts goes on by itself, but only one that
 * makes a TCP connection: the others never wait, or really end.
 */
static bool can_interrupt_on(struct task *task, struct intent *intent)
{
    const struct transfer *transfer = intent->transfer;
    struct descriptor descriptor;
    bool plain = transfer != NULL && transfer->flags == -1;
    if (plain && intent->fd <= 2)
        return false;
    if (transfer != NULL && !plain &&
        intent->argument[transfer->flags] & MSG_DONTWAIT)
        return false;
    if (!look(task, intent->fd, &descriptor) || !is_socket(&descriptor) ||
        descriptor.nonblocking)
        return false;
    intent->thing = descriptor.thing;
    int domain = descriptor.thing->domain;
    return intent->call->kind != CONNECT ||
           (descriptor.thing->type == STREAM &&
            (domain == AF_INET || domain == AF_INET6));
}

/* The first time on each descriptor, then one time in four; but what is done
 * again after two interruptions gets through. */
static bool chance_interrupts(struct task *task, enum kind kind, unsigned *seen)
{
    unsigned bit = 1U << kind;
    bool again = task->in_row[kind] < 2;
    bool first = again && !(*seen & bit);
    bool chance = draw(task, 4) == 0;
    if (first)
        *seen |= bit;
    bool interrupts = first || (again && chance);
    task->in_row[kind] = interrupts ? task->in_row[kind] + 1 : 0;
    return interrupts;
}

static bool is_interrupted(struct task *task)
{
    struct intent *intent = &task->intent;
    enum kind kind = intent->call->kind;
    if (kind == NO_KIND || !asked_for->eintr[kind])
        return false;
    bool on_socket =
        kind == ACCEPT || kind == RECV || kind == SEND || kind == CONNECT;
    if (on_socket ? !can_interrupt_on(task, intent) : !may_sleep(task, intent))
        return false;
    return chance_interrupts(
        task, kind, on_socket ? &intent->thing->seen : &task->process->seen);
}

/* A connect was interrupted on this socket. To Linux it is not connected until
 * the next connect, which then returns 0; POSIX allows EISCONN too. */
static bool is_connecting(struct task *task)
{
    struct intent *intent = &task->intent;
    struct descriptor descriptor;
    if (!asked_for->eintr[CONNECT] || !look(task, intent->fd, &descriptor))
        return false;
    intent->thing = descriptor.thing;
    return intent->thing->connecting;
}

/* Has this connect, or the interrupted one before it, come to its end? */
static bool is_connected(const struct task *task, const registers *regs)
{
    long result = get_result(regs);
    return result == 0 ||
           (result == -EISCONN && task->intent.thing->connecting);
}

static void end_redone_connect(struct task *task, registers *regs)
{
    if (get_result(regs) != -EISCONN)
        return;
    task->intent.thing->connecting = false;
    set_result(regs, 0);
    write_registers(task->tid, regs);
}

/* ---------------------------------------------------------------- short -- */

/*
 * How many of `asked` bytes: few at first, then more, so that much does not
 * take for ever; fewer than asked for the first time, and then all of them one
 * time in eight.
 */
static unsigned long fewer(struct task *task, unsigned long asked,
                           unsigned long long moved)
{
    enum { FEW = 7, BEGINNING = 4096, LONG = 65536 };
    unsigned long limit = asked - 1;
    if (moved > 0 && draw(task, 8) == 0)
        return asked;
    if (moved < LONG)
        limit = asked / 4 > FEW ? asked / 4 : FEW;
    if (moved < BEGINNING)
        limit = FEW;
    return 1 + draw(task, limit < asked ? limit : asked - 1);
}

/*
 * May this descriptor's calls move less? Not where the kernel promises to move
 * all: messages, and pipes up to PIPE_BUF, pipe(7). The loader of programs
 * does not try again.
 */
static bool can_be_short(struct task *task, int fd, bool writes,
                         unsigned long asked, struct descriptor *descriptor)
{
    if (!look(task, fd, descriptor))
        return false;
    switch (descriptor->thing->type) {
    case STREAM:
        return asked_for->short_sockets;
    case PIPE:
        return asked_for->short_files && !(writes && asked <= PIPE_BUF);
    case FILE_DATA:
        return asked_for->short_files &&
               (writes || !holds_program(task->process->pid, fd));
    default:
        return false;
    }
}

/* The parts of a vector in the program's memory; 0 if there are none. */
static int read_parts(struct task *task, unsigned long from,
                      unsigned long count, struct iovec *parts, int most)
{
    int n = count < (unsigned long)most ? (int)count : most;
    size_t size = (size_t)n * sizeof *parts;
    return n > 0 && get_memory(task->tid, from, parts, size) ? n : 0;
}

/* The first part that is not empty, and how much all have together. */
static struct iovec first_part(const struct iovec *parts, int count,
                               unsigned long *all)
{
    struct iovec first = {NULL, 0};
    *all = 0;
    for (int i = 0; i < count; i++) {
        if (first.iov_len == 0)
            first = parts[i];
        *all += parts[i].iov_len;
    }
    return first;
}

/*
 * Where a short vector is put for the time of the call: below the stack, and
 * below the 128 bytes there that a function may use without saying so. A
 * signal would be put there by the kernel in the same way.
 */
static unsigned long scratch(const registers *regs)
{
    enum { RED_ZONE = 128, SPACE = 128 };
    return (stack_pointer(regs) - RED_ZONE - SPACE) & ~15UL;
}

/* The vector, or the header of a message with its vector. */
struct short_vector {
    struct iovec part;
    struct msghdr header;
};

static bool lower_vector(struct task *task, registers *regs,
                         unsigned long long moved, struct short_vector *vector,
                         unsigned long from, unsigned long count)
{
    enum { MOST = 64 };
    struct intent *intent = &task->intent;
    struct iovec parts[MOST] = {0};
    int n = read_parts(task, from, count, parts, MOST);
    vector->part = first_part(parts, n, &intent->asked);
    if (intent->asked < 2)
        return false;
    intent->lowered = fewer(task, intent->asked, moved);
    if (intent->lowered == intent->asked)
        return false;
    if (intent->lowered > vector->part.iov_len)
        intent->lowered = vector->part.iov_len;
    vector->part.iov_len = intent->lowered;
    return put_memory(task->tid, scratch(regs), vector, sizeof *vector);
}

static bool lower_message(struct task *task, registers *regs,
                          unsigned long long moved)
{
    struct intent *intent = &task->intent;
    struct short_vector vector = {{NULL, 0}, {.msg_iovlen = 0}};
    unsigned long at = scratch(regs);
    if (!get_memory(task->tid, intent->argument[1], &vector.header,
                    sizeof vector.header))
        return false;
    unsigned long from = (unsigned long)vector.header.msg_iov;
    unsigned long count = (unsigned long)vector.header.msg_iovlen;
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): an address over there */
    vector.header.msg_iov = (struct iovec *)at;
    vector.header.msg_iovlen = 1;
    if (!lower_vector(task, regs, moved, &vector, from, count))
        return false;
    intent->message = at + offsetof(struct short_vector, header);
    set_argument(regs, 1, intent->message);
    return true;
}

static bool lower_count(struct task *task, registers *regs,
                        unsigned long long moved)
{
    struct intent *intent = &task->intent;
    int amount = intent->transfer->amount;
    intent->asked = intent->argument[amount];
    if (intent->asked < 2)
        return false;
    intent->lowered = fewer(task, intent->asked, moved);
    set_argument(regs, amount, intent->lowered);
    return intent->lowered < intent->asked;
}

static bool lower_parts(struct task *task, registers *regs,
                        unsigned long long moved)
{
    const struct intent *intent = &task->intent;
    struct short_vector vector = {{NULL, 0}, {.msg_iovlen = 0}};
    if (!lower_vector(task, regs, moved, &vector, intent->argument[1],
                      intent->argument[2]))
        return false;
    set_argument(regs, 1, scratch(regs));
    set_argument(regs, 2, 1);
    return true;
}

/* How many bytes a call asks for, for the rule about pipes: a vector's are not
 * counted before it is known that they matter. */
static unsigned long asked_by(struct task *task, const struct intent *intent)
{
    const struct transfer *transfer = intent->transfer;
    struct iovec parts[64] = {0};
    unsigned long all = 0;
    if (transfer->shape == COUNT)
        return intent->argument[transfer->amount];
    if (transfer->shape == VECTOR && transfer->writes)
        first_part(parts,
                   read_parts(task, intent->argument[1], intent->argument[2],
                              parts, 64),
                   &all);
    return all;
}

static bool is_shortened(struct task *task, registers *regs)
{
    enum {
        NEVER_READ =
            MSG_PEEK | MSG_WAITALL | MSG_TRUNC | MSG_OOB | MSG_ERRQUEUE,
        NEVER_WRITTEN = MSG_OOB | MSG_FASTOPEN,
    };
    struct intent *intent = &task->intent;
    const struct transfer *transfer = intent->transfer;
    if (transfer == NULL ||
        !(asked_for->short_sockets || asked_for->short_files))
        return false;
    int flags =
        transfer->flags == -1 ? 0 : (int)intent->argument[transfer->flags];
    if (flags & (transfer->writes ? NEVER_WRITTEN : NEVER_READ))
        return false;

    struct descriptor descriptor;
    int fd = (int)intent->argument[transfer->fd];
    unsigned long asked = asked_by(task, intent);
    if (!can_be_short(task, fd, transfer->writes, asked, &descriptor) &&
        (transfer->other == -1 ||
         !can_be_short(task, (int)intent->argument[transfer->other], false,
                       asked, &descriptor)))
        return false;
    intent->thing = descriptor.thing;
    unsigned long long moved = descriptor.thing->moved[transfer->writes];
    bool lowered = transfer->shape == COUNT ? lower_count(task, regs, moved)
                   : transfer->shape == VECTOR
                       ? lower_parts(task, regs, moved)
                       : lower_message(task, regs, moved);
    return lowered && write_registers(task->tid, regs);
}

/* What recvmsg(2) writes into the header goes where the program looks. */
static void copy_header_back(struct task *task)
{
    const struct intent *intent = &task->intent;
    unsigned long to = intent->argument[1];
    struct msghdr header = {0};
    if (!get_memory(task->tid, intent->message, &header, sizeof header))
        return;
    put_memory(task->tid, to + offsetof(struct msghdr, msg_namelen),
               &header.msg_namelen, sizeof header.msg_namelen);
    put_memory(task->tid, to + offsetof(struct msghdr, msg_controllen),
               &header.msg_controllen, sizeof header.msg_controllen);
    put_memory(task->tid, to + offsetof(struct msghdr, msg_flags),
               &header.msg_flags, sizeof header.msg_flags);
}

static void end_short(struct task *task, registers *regs)
{
    struct intent *intent = &task->intent;
    const struct transfer *transfer = intent->transfer;
    for (int i = 1; i < 6; i++) /* argument 0 may be where the result is */
        if (i == transfer->amount || (i == 2 && transfer->shape == VECTOR))
            set_argument(regs, i, intent->argument[i]);
    write_registers(task->tid, regs);
    long moved = get_result(regs);
    if (moved >= 0 && intent->message != 0 && !transfer->writes)
        copy_header_back(task);
    if (moved > 0)
        intent->thing->moved[transfer->writes] += (unsigned long long)moved;
    if (moved > 0 && (unsigned long)moved == intent->lowered)
        report_short(intent->call, intent->fd, transfer->writes,
                     intent->lowered, intent->asked);
}

/* -------------------------------------------------------------- sockets -- */

static void follow_socket(struct task *task, const registers *regs)
{
    const struct intent *intent = &task->intent;
    pid_t pid = task->process->pid;
    int fd = (int)get_result(regs), pair[2] = {-1, -1};
    if (fd < 0)
        return;
    if (intent->call->kind == ACCEPT)
        socket_was_accepted(pid, fd, (int)intent->argument[0]);
    else if (intent->call->number == SYS_socket)
        socket_was_made(pid, fd, (int)intent->argument[0],
                        (int)intent->argument[1]);
    else if (get_memory(task->tid, intent->argument[3], pair, sizeof pair))
        for (int i = 0; i < 2; i++)
            socket_was_made(pid, pair[i], (int)intent->argument[0],
                            (int)intent->argument[1]);
}

static bool makes_socket(const struct call *call)
{
    return call->kind == ACCEPT || call->number == SYS_socket ||
           call->number == SYS_socketpair;
}

/* ---------------------------------------------------------------- calls -- */

static bool has_intent(struct task *task, enum deed what)
{
    task->intent.what = what;
    return true;
}

/* A process that does not want to be looked into, and could not be if we were
 * a plain user, is left alone until it executes a program. */
static void hide(struct process *process, const registers *regs)
{
    if (call_number(regs) == SYS_prctl &&
        get_argument(regs, 0) == PR_SET_DUMPABLE)
        process->hides = get_argument(regs, 1) == 0;
}

bool before_call(struct task *task)
{
    registers regs = {0};
    struct intent *intent = &task->intent;
    if (!read_registers(task->tid, &regs) || !task->process->begun)
        return false;
    hide(task->process, &regs);
    const struct call *call = find_call(call_number(&regs));
    if (task->process->hides || call == NULL)
        return false;
    *intent = (struct intent){.call = call, .fd = -1};
    intent->transfer = find_transfer(call->number);
    for (int i = 0; i < 6; i++)
        intent->argument[i] = get_argument(&regs, i);
    if (call->has_fd)
        intent->fd = (int)intent->argument[0];

    struct rule *rule = rule_for(call);
    if (rule != NULL)
        return rule->starves ? starve(task, rule) : fail(task, &regs, rule);
    if (is_interrupted(task)) {
        if (call->kind == CONNECT)
            return has_intent(task, UNDO_CONNECT);
        return fail(task, &regs, NULL);
    }
    if (call->kind == CONNECT && is_connecting(task))
        return has_intent(task, REDO_CONNECT);
    if (is_shortened(task, &regs))
        return has_intent(task, LOWERED);
    return tracking && makes_socket(call) && has_intent(task, NEW_SOCKET);
}

void after_call(struct task *task)
{
    registers regs = {0};
    enum deed what = task->intent.what;
    task->intent.what = NOTHING;
    if (!read_registers(task->tid, &regs))
        return;
    bool connected = what == UNDO_CONNECT && is_connected(task, &regs);
    if (connected)
        task->intent.thing->connecting = true;
    if (what == LOWERED)
        end_short(task, &regs);
    else if (what == REDO_CONNECT)
        end_redone_connect(task, &regs);
    else if (what == STARVE)
        end_starved(task, &regs);
    else if (what == NEW_SOCKET)
        follow_socket(task, &regs);
    else if (what == FAIL || connected)
        end_failure(task, &regs);
}
