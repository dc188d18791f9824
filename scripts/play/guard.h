/*
 * guard.h - nothing that a scene has started outlives it.
 *
 * The command itself only guards: each scene is performed by a child, and
 * whatever way that ends, the guard ends every process that the scene has
 * started. It is the subreaper of them all (prctl(2)), so that daemons and
 * orphans come to it and cannot hide. Between the two stands a second guard,
 * which does the same if the first one is killed.
 */
#ifndef GUARD_H
#define GUARD_H

#include "options.h"

/* Perform the scene in a child, clear the stage, return the verdict. A signal
 * that ends the player does so when the stage is clear. */
int play_guarded(const struct options *options,
                 const struct transcript *script);

/* In step mode a key is enough, and it is not shown. */
void prepare_terminal(const struct options *options);
void restore_terminal(void);

#endif
