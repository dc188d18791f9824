/*
 * sky.h - what happens to a call: nothing, fewer bytes, an interruption, an
 * error.
 */
#ifndef SKY_H
#define SKY_H

#include <stdbool.h>

#include "options.h"
#include "task.h"

/* What the command line asks for, before the first call. */
void set_weather(const struct options *options, bool tracking);

/* The task stands at the beginning of a call that the filter told us of. True
 * if it has to be stopped at the end of it too. */
bool before_call(struct task *task);

/* It stands at the end of a call for which before_call was true. */
void after_call(struct task *task);

#endif
