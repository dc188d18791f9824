/*
 * stop.h - stop cleanly on SIGINT and SIGTERM, as lesson 15 teaches it.
 *
 * The two signals are blocked all the time, so that no call is disturbed, and
 * let in at one place only: where the program sleeps. ppoll, pselect and
 * epoll_pwait do both in one step, so no signal can come between the look at
 * times_asked and the sleep (ppoll(2), signal-safety(7)).
 */
#ifndef STOP_H
#define STOP_H

#include <signal.h>

/*
 * Block SIGINT and SIGTERM and count them from now on. Call it before anybody
 * can know that the program is there. Ends the program if a call fails.
 */
void catch_stop(void);

/* How often the program has been asked to stop. Signals that wait are let in
 * first, so this is true even for a program that never sleeps. */
int times_asked(void);

/* The signal mask for ppoll, pselect or epoll_pwait: it lets the two in. */
const sigset_t *asleep_mask(void);

/* In a child that shall die of the two signals again: default dispositions,
 * nothing blocked. */
void forget_stop(void);

#endif
