/*
 * scene.h - a transcript performed by real processes.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdio.h>

#include "actor.h"
#include "trace.h"
#include "transcript.h"
#include "xray.h"

/* Why a scene did not hold. */
struct failure {
    const struct step *step; /* the expectation that failed; NULL: none has */
    struct bytes expected;   /* for people */
    struct bytes got;        /* a line that came in its place, raw */
    bool got_line;           /* got is such a line */
    size_t agrees;           /* so many bytes of it agree with the pattern */
    struct bytes reason;     /* otherwise: what happened, for people */
};

struct scene;

enum verdict { HOLDS, FAILS, NOT_YET };

/* Who looks on: called for each step as it happens, with its real text. */
struct audience {
    void (*before)(struct scene *scene, const struct step *step);
    void (*step)(struct scene *scene, const struct step *step, const char *text,
                 size_t len);
    void *data;
};

/* Since when somebody sleeps, as far as we have looked. */
struct calm {
    double since; /* 0: not calm */
    unsigned long long changes;
    bool timed;
};

struct scene {
    const struct transcript *transcript;
    struct stage stage;
    struct actor *actors; /* by the transcript's index */
    struct trace *traces; /* by actor */
    struct values set;    /* ports and --set */
    struct values captured;
    double began;      /* as now() has it */
    double excused;    /* seconds that actors were kept waiting */
    struct calm *naps; /* by actor: for ~ */
    bool *held;        /* by step */
    size_t at;         /* the first step that has not happened yet */
    struct audience audience;
    FILE *events; /* --trace: where steps and calls are written */
    /* By actor, on stdout and stderr: bytes that the scene has taken, and no
     * write call that was read in the trace accounts for. */
    long long (*untraced)[2];
    struct xray xray; /* --xray; its fd is -1 without */
    struct failure failure;
    struct bytes call; /* the system call that is looked at */
    int child_signals; /* signalfd for SIGCHLD */
};

/* Seconds. Silence is a verdict only when everybody sleeps for that long and
 * nobody can wake up by himself. */
extern const double silence;

/* Perform all steps. True if every one held; otherwise scene->failure says
 * what did not. The processes are left as they are. */
bool scene_perform(struct scene *scene);

/*
 * The pieces of a performance, for recording one: set up; do an action (false
 * after setting failure.reason); look for a system call among those that have
 * been made; wait until everybody sleeps (false at the deadline, in seconds
 * of now()).
 */
void scene_begin(struct scene *scene);
bool scene_act(struct scene *scene, const struct step *step);
bool scene_try_call(struct scene *scene, const struct step *step);
bool scene_wait_for_sleep(struct scene *scene, double deadline);

/* The step, or another of its kind, actor and @any block, that has not
 * happened yet and that this text is; NULL if there is none. */
const struct step *scene_claim(struct scene *scene, const struct step *step,
                               const char *text, size_t len, size_t *used);

/* The text of a command or a typed line, values filled in. */
void fill_in(struct bytes *to, const struct scene *scene,
             const struct step *step);

/* Append what an actor is doing: "asleep in accept", "ended with 0". */
void describe_actor(struct bytes *to, const struct actor *actor);

#endif
