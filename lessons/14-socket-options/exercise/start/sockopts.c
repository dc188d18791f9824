/*
 * sockopts.c - a table of a TCP socket's options, after some of them were set.
 *
 *   build  cc -I../../../common sockopts.c ../../../common/error.c -o sockopts
 *   run    ./sockopts PORT [NAME=VALUE]...
 *   check  make check-14
 *   read   getsockopt(2), socket(7), ip(7), tcp(7)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#define _DEFAULT_SOURCE /* TCP_KEEPIDLE: POSIX has it since 2024 only */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"

/* How a value is given, what type the kernel has for it, how it is shown. */
enum kind { SWITCH, NUMBER, LINGER, TIME };

struct option {
    const char *name;
    int level;
    int option;
    enum kind kind;
};

static const struct option options[] = {
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, SWITCH},
    /* ---- edit below: 1. the other rows --------------------------------- */

    /* ---- edit above ---------------------------------------------------- */
};
enum { OPTIONS = sizeof options / sizeof options[0] };

/* The option that NAME=VALUE speaks of. */
static const struct option *option_of(const char *wish)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        size_t length = strlen(options[i].name);
        if (strncmp(wish, options[i].name, length) == 0 && wish[length] == '=')
            return &options[i];
    }
    refuse("%s: NAME=VALUE is needed, with a name of the table", wish);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("sockopts PORT [NAME=VALUE]...");
    in_port_t port = parse_port(argv[1]);

    /* ---- edit below ---------------------------------------------------- */

    /* 2. A TCP socket. When is it bound to 127.0.0.1 and port? */
    printf("port %u\n", port);

    /* 3. The wishes. */
    for (int i = 2; i < argc; i++) {
        const struct option *option = option_of(argv[i]);
        long value =
            parse_number(strchr(argv[i], '=') + 1, 0, 1000000000, option->name);
        printf("%s is to be %ld\n", option->name, value);
    }

    /* 4. The table. */

    /* ---- edit above ---------------------------------------------------- */
    return 0;
}
