/*
 * xray.h - the player's side of the x-ray: scripts/xray.d/tracer.c traces the
 * actors, this keeps in step with it. See xray-message.h.
 */
#ifndef XRAY_H
#define XRAY_H

#include <stdbool.h>
#include <sys/types.h>

#include "xray-message.h"

struct scene;
struct step;

struct xray {
    int fd;        /* to the tracer; -1: there is none, or it has ended */
    int hold;      /* from one that holds threads (--cue), or -1 */
    pid_t tracer;  /* its process */
    size_t steps;  /* told so far */
    unsigned said; /* STEPs and GOs */
    bool quiet;    /* everybody waits, the tracer says, and has heard all */
    bool asked;    /* the tracer waits for a GO; about what: */
    int actor;     /* who has printed or ended */
    pid_t ended;   /* the process that has ended, or 0 */
    double since;  /* when it was asked */
    unsigned long long printed[2];
};

/* Start the tracer: `program`, which writes what it sees to the file `log`.
 * With `holds` it stops behind each call until xray_release. NULL, or why it
 * could not be done. */
const char *xray_begin(struct xray *xray, const char *program, const char *log,
                       bool holds);

/* Take in that the tracer holds a thread. */
void xray_read_hold(struct scene *scene);

/* The thread that is held may go on. */
void xray_release(const struct xray *xray);

/* In a new actor, stdio in place: do not go on before the tracer is there. */
void xray_present(const struct xray *xray, int actor);

/* A step happens, with this text. */
void xray_step(struct scene *scene, const struct step *step, const char *text,
               size_t len);

/* Let the tracer go on, if it has asked and all that it spoke of is here. */
void xray_answer(struct scene *scene);

/* Take in what the tracer says. */
void xray_read(struct scene *scene);

/* Before an action: wait until everybody waits, but not for ever. */
void xray_settle(struct scene *scene);

/* The scene is over: wait until the tracer has written down everything. */
void xray_end(struct xray *xray);

#endif
