/*
 * filter.h - which calls the tracer is told of; all others cost nothing.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>

#include "options.h"

/*
 * Ask the kernel to stop this process, and all that come from it, at each
 * call that the weather may touch (seccomp(2), SECCOMP_RET_TRACE). False with
 * errno if that cannot be done. tracking: sockets are followed from their
 * creation on, so that call must be seen too.
 */
bool install_filter(const struct options *options, bool tracking);

#endif
