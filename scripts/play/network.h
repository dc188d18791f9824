/*
 * network.h - namespaces: a network of one's own, and users of one's own.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

#include "pattern.h"

/* Move this process into a user namespace of its own, and into what else the
 * flags of unshare(2) name: the same user as before, with all rights in there.
 * False, with errno, if this machine does not allow it. */
bool enter_user_namespace(int more);

/* Set up the loopback interface of this network; false if we may not. */
bool loopback_up(void);

/* Move this process into a network of its own, in which only the loopback
 * interface exists, and make these settings (sysctl(8)) there. As root: of that
 * network, and of a user namespace that counts its processes alone, whoever we
 * were before; then settings may be made. NULL, or why that cannot be done
 * here.
 */
const char *enter_own_network(bool as_root, const struct values *settings);

#endif
