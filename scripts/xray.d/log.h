/*
 * log.h - what the tracer writes: a line an event, fields between tabs.
 *
 *   actors  NAME...
 *   step    ACTOR SIGN LINE TEXT           a step of the transcript
 *   call    ACTOR N NAME ARGS VALUE FD INODE TO DATA
 *   wait    ACTOR N NAME ARGS "" FD INODE  it sleeps in this call
 *   state   ACTOR N INODE FD KIND STATE LOCAL REMOTE RECEIVED UNSENT BACKLOG
 *           HOLDERS
 *   signal  ACTOR N NAME
 *   end     ACTOR N STATUS
 *   more    ACTOR N                        calls from here on are not shown
 *   refused CALL REASON                    this machine does not let us trace
 *
 * ACTOR is an index from 0, N the process of the actor, 0 the first. For a
 * call INODE is the socket that FD is, 0 if none.
 */
#ifndef LOG_H
#define LOG_H

#include "sockets.h"
#include "task.h"
#include "xray-message.h"

/* Ends the process if the file cannot be written. */
void log_open(const char *path);
void log_close(void);

void log_refusal(const char *call, const char *reason);
void log_step(const struct xray_message *message);
void log_call(const struct task *task, bool returned, int64_t value,
              uint64_t inode);
void log_state(const struct socket_state *now);
void log_event(const struct task *task, const char *what, const char *text);

#endif
