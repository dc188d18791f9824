/*
 * privileges.h - root's rights given up.
 */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Root becomes this user, and the group of the same number, with no other group
 * and no capability, also none to be had by executing a program (setpriv(1)'s
 * --reuid --regid --clear-groups --no-new-privs --inh-caps -all). With
 * raw_sockets one is kept, by those that it executes, too: CAP_NET_RAW
 * (capabilities(7)). False, with errno, if any of it cannot be had: then no
 * program may be run.
 */
bool become_user(uid_t user, bool raw_sockets);

/* A user's number as it stands in a command; false if it is none. */
bool read_user_id(const char *word, uid_t *user);

#endif
