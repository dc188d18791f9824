/*
 * view.h - a scene as a person sees it: actors side by side, or one column
 * with the actors' names where there is no room (or no terminal).
 */
#ifndef VIEW_H
#define VIEW_H

#include "scene.h"

struct view {
    FILE *to;
    const struct transcript *transcript;
    bool colour;
    bool stepping; /* wait for Enter before each line */
    size_t actors; /* columns; 0: one column with names */
    size_t width;  /* of the whole, or 0: endless */
    size_t column; /* of one actor */
    enum { NOTHING_YET, NARRATION, LINES } before;
    bool quit; /* the person has pressed q */
};

/* Make the view that fits `to`, for this scene. */
void view_open(struct view *view, FILE *to, const struct transcript *script,
               bool stepping);

/* Let the view look on. */
void view_attend(struct view *view, struct scene *scene);

/* Is colour wanted on this stream? Not in a pipe, not under NO_COLOR. */
bool wants_colour(FILE *to);

#endif
