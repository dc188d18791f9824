/*
 * famine.h - a while without free descriptors: EMFILE for real, since the
 * process's own limit is what it has open.
 */
#ifndef FAMINE_H
#define FAMINE_H

#include <stdbool.h>
#include <sys/types.h>

/* Lower pid's limit, RLIMIT_NOFILE, to the lowest free descriptor, for about
 * 0.3 s. There is one famine in a run. */
void begin_famine(pid_t pid);

/* Has it begun, and not ended? */
bool is_famine(void);

/* Give the limit back once the time is over. A signal wakes up who waits. */
void end_famine_in_time(void);

#endif
