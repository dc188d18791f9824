/*
 * pump.h - take in what the actors do: output, ends, system calls, sleep.
 */
#ifndef PUMP_H
#define PUMP_H

#include "scene.h"

/* Wait for at most so many seconds, until something comes, and take it in.
 * False if nothing came. */
bool pump(struct scene *scene, double seconds);

/* Somebody has moved: nobody is calm any more. */
void disturb(struct calm *calm);

/* Look at every process of the scene. */
void look_around(struct calm *calm);

/* Has the calm lasted for so many seconds? */
bool calm_lasts(const struct calm *calm, double seconds);

/* The actor's next system call into scene->call; false if none is there. */
bool next_call(struct scene *scene, size_t actor);

/* Calls that nobody will ask about must not fill the fifo: the program would
 * wait for strace, and we for the program. */
void forget_calls(struct scene *scene, size_t actor);

#endif
