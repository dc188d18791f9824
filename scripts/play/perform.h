/*
 * perform.h - one scene from its curtain to its verdict.
 */
#ifndef PERFORM_H
#define PERFORM_H

#include "options.h"

/* Play the transcript with its files in `directory`; returns the verdict.
 * The processes that are still alive then are the caller's to end. */
int perform(const struct options *options, const struct transcript *script,
            const char *directory);

/* Compare a recorded run with the transcript; returns the verdict. */
int verify(const struct options *options, const struct transcript *script);

#endif
