/*
 * report.h - what the weather has done, kept in a file while it is done: a
 * program that hangs is told about too.
 *
 *     short read 14
 *     short write 3
 *     eintr accept 2
 *     error accept ECONNABORTED 1
 *     starved accept 4
 *     last recvfrom 4 short 5 of 1024
 */
#ifndef REPORT_H
#define REPORT_H

#include "options.h"

/* Begin an empty report in a file that is open as fd; -1: there is none. */
void begin_report(const struct options *options, int fd);

/* A call on fd (-1: it has none) was hit, and how. Rules count themselves. */
void report_short(const struct call *call, int fd, bool writes,
                  unsigned long moved, unsigned long asked);
void report_eintr(const struct call *call, int fd);
void report_error(const struct call *call, int fd, const struct rule *rule);

#endif
