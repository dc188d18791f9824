/*
 * failure.h - write down why a scene does not hold, for the story.
 */
#ifndef FAILURE_H
#define FAILURE_H

#include "scene.h"

/* Each sets scene->failure for this step and returns FAILS. */
enum verdict fail(struct scene *scene, const struct step *step);
enum verdict fail_because(struct scene *scene, const struct step *step,
                          const char *reason);

/* This line came in the step's place. */
enum verdict fail_line(struct scene *scene, const struct step *step,
                       const char *text, size_t len);

/* The step's actor is in a state in which the step cannot happen. */
enum verdict fail_state(struct scene *scene, const struct step *step,
                        const char *before);

#endif
