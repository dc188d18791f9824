/*
 * become.h - become the program of a shell's line without the shell.
 */
#ifndef BECOME_H
#define BECOME_H

/*
 * Become the program of line, "exec COMMAND" as for sh -c, in the current
 * directory, where parting the words and opening files for descriptors is all
 * that a shell would do: its start takes as long as the program's. Where it
 * begins with "init --user N", that is done here, too. Returns if the shell is
 * needed, or has to say what is wrong; exits with 1 if the user cannot be
 * changed.
 */
void become_program(const char *line);

#endif
