/*
 * lease.h - ports that nobody else has, for as long as a scene lasts.
 */
#ifndef LEASE_H
#define LEASE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Lease count ports into ports. A lease is an abstract UNIX socket named
 * after the port, which other players respect and which ends with this
 * process. The ports lie below the kernel's ephemeral range, so that no
 * connect(2) takes one by chance. False if none could be had.
 */
bool lease_ports(unsigned short *ports, size_t count);

#endif
