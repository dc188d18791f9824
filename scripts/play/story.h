/*
 * story.h - a failed scene, told to the person who has to mend it.
 */
#ifndef STORY_H
#define STORY_H

#include "scene.h"

/* Tell what held, what did not, what everybody was doing, and the command
 * (again) that shows it once more. */
void tell_story(FILE *to, const struct scene *scene, const char *again,
                bool colour);

#endif
