/*
 * machine.h - a stopped task's registers and memory, whatever the processor.
 *
 * x86-64 and 64-bit ARM are known; elsewhere MACHINE_IS_KNOWN is 0, and
 * nothing here does anything.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/user.h>

#if defined __x86_64__ && !defined __ILP32__
#define MACHINE_IS_KNOWN 1
#define MACHINE_AUDIT_ARCH AUDIT_ARCH_X86_64
typedef struct user_regs_struct registers;
#elif defined __aarch64__ && !defined __ILP32__ && defined __AARCH64EL__
#define MACHINE_IS_KNOWN 1
#define MACHINE_AUDIT_ARCH AUDIT_ARCH_AARCH64
typedef struct user_regs_struct registers;
#else
#define MACHINE_IS_KNOWN 0
#define MACHINE_AUDIT_ARCH 0
typedef struct {
    unsigned long none;
} registers;
#endif

/* False if it is gone, or runs 32-bit code. */
bool read_registers(pid_t task, registers *regs);
bool write_registers(pid_t task, const registers *regs);

/* At the beginning of a call: which one, and its arguments 0 to 5. */
long call_number(const registers *regs);
unsigned long get_argument(const registers *regs, int i);
void set_argument(registers *regs, int i, unsigned long value);

/* At the beginning of a call: it will not be made. */
bool skip_call(pid_t task, registers *regs);

/* At its end: what it returns, -errno for an error. */
long get_result(const registers *regs);
void set_result(registers *regs, long result);

unsigned long stack_pointer(const registers *regs);

/*
 * Put a breakpoint at an address, and keep what was there in *before. Take it
 * away again when the task has run into it: false if that is not what it has.
 */
bool set_breakpoint(pid_t task, unsigned long address, long *before);
bool pass_breakpoint(pid_t task, unsigned long address, long before);

/* Copy between the task's memory and ours. False if not all of it could be. */
bool get_memory(pid_t task, unsigned long from, void *to, size_t size);
bool put_memory(pid_t task, unsigned long to, const void *from, size_t size);

#endif
