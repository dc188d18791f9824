/*
 * error.h - what every lesson program needs to fail well.
 *
 * An error message names the program, the call, the call's argument, the
 * error in words and its symbol, and a hint where we have one:
 *
 *     server: bind 127.0.0.1:5000: Address already in use [EADDRINUSE]
 *       hint: another socket holds this port; ...
 *
 * Each function below that takes a format expects the name of the call as
 * the first word ("bind %s:%u"): that word and errno choose the hint.
 */
#ifndef ERROR_H
#define ERROR_H

#include <netinet/in.h>

/*
 * Call it first in main. It keeps argv0's last component as the program's
 * name, makes sure that descriptors 0, 1 and 2 are taken (so that no socket
 * can become our standard output), makes stdout line-buffered, and arranges
 * that a failed write to stdout is reported when the program exits: status 1.
 */
void start_program(const char *argv0);

/* Report errno for the call that has just failed. Leaves errno as it was. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Report errno for the call that has just failed and exit with status 1. */
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * The same for getaddrinfo and getnameinfo, whose errors are not errno: code
 * is what the call returned (EAI_SYSTEM means: look at errno after all).
 */
_Noreturn void die_gai(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Say how the program is called, on stderr, and exit with status 2. */
_Noreturn void usage(const char *synopsis);

/*
 * Say in one line what is wrong with the command line and what is right, for
 * what usage cannot know, and exit with status 2:
 * refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host).
 */
_Noreturn void refuse(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * The port number in text, 0 to 65535, in host byte order. Anything else
 * ("http", "99999", "50x", "") gets one line that says so and status 2.
 */
in_port_t parse_port(const char *text);

/*
 * The number in text if it lies from low to high; otherwise one line that
 * says what was wrong with it, naming it as what ("clients"), and status 2.
 */
long parse_number(const char *text, long low, long high, const char *what);

/* errno's symbol, "EADDRINUSE"; "E?" for a number that we do not know. */
const char *error_symbol(int number);

#endif
