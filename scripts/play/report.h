/*
 * report.h - what init tells the player of a wrapped program.
 */
#ifndef REPORT_H
#define REPORT_H

/*
 * BEGUN is sent by the program's own process just before it becomes the
 * program, so that the socket's credentials carry its process id as the
 * player's process namespace has it (unix(7), SCM_CREDENTIALS). ENDED comes
 * from init, with the status of waitpid(2).
 */
struct report {
    enum { BEGUN, ENDED_WITH } what;
    int status;
};

#endif
