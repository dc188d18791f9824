/*
 * foresee.h - tell a wrong line before its turn.
 *
 * A later line can be known to be wrong already: the line that has come in its
 * stream cannot match, or its actor has ended. Waiting for a deadline would
 * teach nobody anything.
 */
#ifndef FORESEE_H
#define FORESEE_H

#include "scene.h"

/* FAILS, and scene->failure says why, or NOT_YET. */
enum verdict find_contradiction(struct scene *scene);

#endif
