/* Another clock: an interval timer whose SIGALRM ends connect; getaddrinfo;
 * stdout fully buffered. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t rang;

static void ring(int signum)
{
    (void)signum;
    rang = 1;
}

/* The interval: should the first signal come just before connect sleeps, the
 * next one comes too. */
static void set_clock(long ms, long again)
{
    struct itimerval t = {{0, again * 1000}, {ms / 1000, ms % 1000 * 1000}};
    setitimer(ITIMER_REAL, &t, NULL);
}

static int knock_once(const struct addrinfo *to, long ms)
{
    int fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
    if (fd < 0)
        return errno;
    rang = 0;
    set_clock(ms, 20);
    int error = connect(fd, to->ai_addr, to->ai_addrlen) < 0 ? errno : 0;
    set_clock(0, 0);
    close(fd);
    return error;
}

int main(int argc, char **argv)
{
    static char buffer[8192];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    struct sigaction action = {.sa_handler = ring};
    sigaction(SIGALRM, &action, NULL);
    long ms = 1000;
    int failures = 0;
    if (argc > 1 && !strcmp(argv[1], "-w")) {
        ms = strtol(argv[2], NULL, 10);
        argv += 2;
    }
    if (argv[1] == NULL || argv[2] == NULL)
        return 2;
    char *host = argv[1];
    for (argv += 2; *argv; argv++) {
        struct addrinfo hints = {.ai_family = AF_INET,
                                 .ai_socktype = SOCK_STREAM},
                        *found;
        if (getaddrinfo(host, *argv, &hints, &found) != 0)
            return 2;
        int error, late = 0;
        do {
            error = knock_once(found, ms);
            late = error == EINTR && rang;
        } while (error == EINTR && !late);
        freeaddrinfo(found);
        if (error == 0)
            printf("%s open\n", *argv);
        else if (error == ECONNREFUSED)
            printf("%s refused\n", *argv);
        else if (late || error == ETIMEDOUT)
            printf("%s timed out\n", *argv);
        else
            fprintf(stderr, "%s: error %d\n", *argv, error);
        failures += error != 0;
    }
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
