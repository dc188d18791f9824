/*
 * tracer.h - the process that watches the program and makes its weather.
 */
#ifndef TRACER_H
#define TRACER_H

#include <stdbool.h>
#include <sys/types.h>

#include "options.h"

/* What the tracer tells the process that will become the program. */
struct answer {
    int error; /* 0, or errno: the program cannot be traced */
    bool tracking;
};

/*
 * Trace pid, tell it so through channel, and serve until no traced process is
 * left. report_fd is where the report goes, or -1. All descriptors but these
 * two are closed.
 */
_Noreturn void trace(const struct options *options, pid_t pid, int channel,
                     int report_fd);

#endif
