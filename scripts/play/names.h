/*
 * names.h - signals and system calls by name and by number.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>

/* "INT" or "SIGINT" to its number; 0 for a name that is not known. */
int signal_number(const char *name);

/* "SIGINT", or "signal 64" (until the next call) for one without a name. */
const char *signal_name(int number);

/* "recvfrom" for its number on this machine, or NULL. */
const char *syscall_name(long number);

/*
 * Is the system call that the kernel calls `name` what a program means by
 * `wanted`? recv(2) is recvfrom here, select(2) is pselect6 there: see the
 * table in names.c.
 */
bool same_syscall(const char *wanted, const char *name);
bool known_syscall(const char *wanted);

#endif
