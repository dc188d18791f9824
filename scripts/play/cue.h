/*
 * cue.h - a scene that goes on at another program's word: make demo-NN. With
 * --cue, standard output carries a line whenever the scene stands still:
 *
 *   stage PID PORT     once: a process in the scene's network, and $PORT there
 *   line N STEPS       line N of the transcript comes next
 *   call N STEPS       a call has returned, before line N
 *   end N STEPS        all lines held
 *
 * where the tracer has been told so many STEPS, and standard input brings one
 * byte for each of them but the first: `l` to go on to the next line, `c` to
 * the next call or line; anything else, and its end, is the end of the scene. A
 * story may follow.
 */
#ifndef CUE_H
#define CUE_H

#include "scene.h"
#include "xray-message.h"

/* Let the other program look on. */
void cue_attend(struct scene *scene);

/* The tracer holds everybody, behind an exec or behind a call. */
void cue_held(struct scene *scene, enum xray_held why);

/* All lines held: the stage stays as it is until the next word. */
void cue_end(struct scene *scene);

#endif
