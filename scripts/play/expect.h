/*
 * expect.h - does an expectation of the transcript hold?
 */
#ifndef EXPECT_H
#define EXPECT_H

#include "scene.h"

/* Look whether the step holds by now; if it does, it has happened. all: since
 * when everybody sleeps. */
enum verdict try_step(struct scene *scene, const struct step *step,
                      const struct calm *all);

/* The step has happened, with this text. */
void happened(struct scene *scene, const struct step *step, const char *text,
              size_t len);
bool is_held(const struct scene *scene, const struct step *step);

/* The stream that a line of output comes from. */
struct stream *stream_of(struct scene *scene, const struct step *step);

/* The first step of the actor's present run, from step number `from` on, that
 * has not happened and is of this kind, or its end; NULL if it has none. */
const struct step *next_of(const struct scene *scene, size_t actor, size_t from,
                           enum step_kind kind);

/* Could this line turn out to be the step's, or another's of its block? */
bool is_possible(const struct scene *scene, const struct step *step,
                 const char *text, size_t len);

/* Has the actor ended, as the step says, with everything heard? This only
 * looks: it may be asked before the step's turn. */
enum verdict check_ended(struct scene *scene, const struct step *step);

/* Fails if something stands in the stream that no step expects. */
enum verdict check_left_over(struct scene *scene, const struct step *step,
                             struct stream *stream, const char *label);

/* The line came on the other stream; the stream has ended before the line. */
enum verdict fail_other_stream(struct scene *scene, const struct step *step,
                               bool matches, const char *text, size_t len);
enum verdict fail_ended(struct scene *scene, const struct step *step);

#endif
