/*
 * needs.h - what a scene needs of the machine.
 */
#ifndef NEEDS_H
#define NEEDS_H

#include "transcript.h"

/* NULL if the machine has all that the scene needs; otherwise what is
 * missing, for people, the caller's to free. */
char *missing_need(const struct transcript *transcript);

#endif
