/*
 * record.h - write into a transcript what its actors really print.
 */
#ifndef RECORD_H
#define RECORD_H

#include "scene.h"

/*
 * Perform the scene's actions (started programs, typed lines, signals), each
 * when everybody sleeps, and append the transcript to `to` with the lines
 * that were really printed. An expected line that matches stands as its
 * author wrote it, captures and all. What could not be recorded is said on
 * stderr; false then.
 */
bool record_scene(struct bytes *to, struct scene *scene);

/*
 * Does a recorded run (the output of `play` in one column, its first line
 * being "$ command") agree with the transcript, line by line? False after
 * saying where it does not on stderr.
 */
bool verify_recording(const char *path, const struct transcript *transcript,
                      struct values *set);

#endif
