#define _GNU_SOURCE /* process_vm_readv */
#include "machine.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

/* ------------------------------------------------------------ processor -- */

#if defined __x86_64__ && MACHINE_IS_KNOWN

enum { TRAP_SIZE = 1, TRAP_MOVES = 1 };
static const long trap = 0xcc; /* int3 */

long call_number(const registers *regs)
{
    return (long)regs->orig_rax;
}

/* Where arguments are passed, syscall(2). */
static const size_t place_of[] = {
    offsetof(registers, rdi), offsetof(registers, rsi),
    offsetof(registers, rdx), offsetof(registers, r10),
    offsetof(registers, r8),  offsetof(registers, r9),
};

unsigned long get_argument(const registers *regs, int i)
{
    unsigned long value;
    memcpy(&value, (const char *)regs + place_of[i], sizeof value);
    return value;
}

void set_argument(registers *regs, int i, unsigned long value)
{
    memcpy((char *)regs + place_of[i], &value, sizeof value);
}

bool skip_call(pid_t task, registers *regs)
{
    regs->orig_rax = ~0UL;
    return write_registers(task, regs);
}

long get_result(const registers *regs)
{
    return (long)regs->rax;
}

void set_result(registers *regs, long result)
{
    regs->rax = (unsigned long)result;
}

unsigned long stack_pointer(const registers *regs)
{
    return (unsigned long)regs->rsp;
}

static unsigned long program_counter(const registers *regs)
{
    return (unsigned long)regs->rip;
}

static void set_program_counter(registers *regs, unsigned long value)
{
    regs->rip = value;
}

#elif defined __aarch64__ && MACHINE_IS_KNOWN

enum { TRAP_SIZE = 4, TRAP_MOVES = 0 };
static const long trap = 0xd4200000; /* brk #0 */

long call_number(const registers *regs)
{
    return (long)regs->regs[8];
}

unsigned long get_argument(const registers *regs, int i)
{
    return (unsigned long)regs->regs[i];
}

void set_argument(registers *regs, int i, unsigned long value)
{
    regs->regs[i] = value;
}

bool skip_call(pid_t task, registers *regs)
{
    (void)regs; /* the number has a register set of its own here */
    int none = -1;
    struct iovec part = {&none, sizeof none};
    return ptrace(PTRACE_SETREGSET, task, NT_ARM_SYSTEM_CALL, &part) == 0;
}

long get_result(const registers *regs)
{
    return (long)regs->regs[0];
}

void set_result(registers *regs, long result)
{
    regs->regs[0] = (unsigned long)result;
}

unsigned long stack_pointer(const registers *regs)
{
    return (unsigned long)regs->sp;
}

static unsigned long program_counter(const registers *regs)
{
    return (unsigned long)regs->pc;
}

static void set_program_counter(registers *regs, unsigned long value)
{
    regs->pc = value;
}

#else

enum { TRAP_SIZE = 1, TRAP_MOVES = 0 };
static const long trap = 0;

long call_number(const registers *regs)
{
    (void)regs;
    return -1;
}

unsigned long get_argument(const registers *regs, int i)
{
    (void)regs;
    (void)i;
    return 0;
}

void set_argument(registers *regs, int i, unsigned long value)
{
    (void)regs;
    (void)i;
    (void)value;
}

bool skip_call(pid_t task, registers *regs)
{
    (void)task;
    (void)regs;
    return false;
}

long get_result(const registers *regs)
{
    (void)regs;
    return 0;
}

void set_result(registers *regs, long result)
{
    (void)regs;
    (void)result;
}

unsigned long stack_pointer(const registers *regs)
{
    (void)regs;
    return 0;
}

static unsigned long program_counter(const registers *regs)
{
    (void)regs;
    return 0;
}

static void set_program_counter(registers *regs, unsigned long value)
{
    (void)regs;
    (void)value;
}

#endif

/* ------------------------------------------------------------ registers -- */

bool read_registers(pid_t task, registers *regs)
{
    struct iovec part = {regs, sizeof *regs};
    return ptrace(PTRACE_GETREGSET, task, NT_PRSTATUS, &part) == 0 &&
           part.iov_len == sizeof *regs;
}

bool write_registers(pid_t task, const registers *regs)
{
    registers copy = *regs;
    struct iovec part = {&copy, sizeof copy};
    return ptrace(PTRACE_SETREGSET, task, NT_PRSTATUS, &part) == 0;
}

/* ----------------------------------------------------------- breakpoint -- */

bool set_breakpoint(pid_t task, unsigned long address, long *before)
{
    const unsigned long mask = (1UL << (8 * TRAP_SIZE)) - 1;
    errno = 0;
    *before = ptrace(PTRACE_PEEKTEXT, task, address, NULL);
    if (errno != 0)
        return false;
    unsigned long with =
        ((unsigned long)*before & ~mask) | ((unsigned long)trap & mask);
    return ptrace(PTRACE_POKETEXT, task, address, with) == 0;
}

bool pass_breakpoint(pid_t task, unsigned long address, long before)
{
    registers regs = {0};
    if (!read_registers(task, &regs) ||
        program_counter(&regs) != address + TRAP_MOVES)
        return false;
    set_program_counter(&regs, address);
    return ptrace(PTRACE_POKETEXT, task, address, before) == 0 &&
           write_registers(task, &regs);
}

/* --------------------------------------------------------------- memory -- */

bool get_memory(pid_t task, unsigned long from, void *to, size_t size)
{
    struct iovec here = {to, size};
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): an address over there */
    struct iovec there = {(void *)from, size};
    return process_vm_readv(task, &here, 1, &there, 1, 0) == (ssize_t)size;
}

bool put_memory(pid_t task, unsigned long to, const void *from, size_t size)
{
    struct iovec here = {(void *)from, size};
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): an address over there */
    struct iovec there = {(void *)to, size};
    return process_vm_writev(task, &here, 1, &there, 1, 0) == (ssize_t)size;
}
