/*
 * knock.c - knock at ports: open, refused, or timed out?
 *
 *   build  cc -I../../../common knock.c ../../../common/error.c -o knock
 *   run    ./knock [-w MS] HOST PORT...      MS is 1000 if not given
 *   check  make check-06
 *   read   connect(2), socket(7) on SO_SNDTIMEO
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "error.h"

static const char synopsis[] = "knock [-w MS] HOST PORT...";

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    long ms = 1000;
    for (int option; (option = getopt(argc, argv, "w:")) != -1;) {
        if (option != 'w')
            usage(synopsis);
        ms = parse_number(optarg, 1, 60000, "MS");
    }
    if (argc - optind < 2)
        usage(synopsis);
    const char *host = argv[optind];
    struct sockaddr_in server = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", host);

    /* ---- edit below ---------------------------------------------------- */

    for (int i = optind + 1; i < argc; i++) {
        in_port_t port = parse_port(argv[i]);

        /* 1. A new socket, whose connect waits ms milliseconds at most. */

        /* 2. Knock: connect it to the port of that host. */

        /* 3. What did the kernel say? One line tells. */
        printf("%u not knocked at yet, for %ld ms\n", port, ms);

        /* 4. Close the socket, however it went. */
    }

    /* 5. The status: 0 only if all ports were open. */
    return 0;

    /* ---- edit above ---------------------------------------------------- */
}
