/*
 * peer.h - what the parts of the peer have in common.
 *
 * server.c starts a server and looks at it from outside, through /proc;
 * client.c is a good client; hostile.c are the bad ones; inject.c are the
 * errors that the kernel may give to the server's calls.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How long, in milliseconds, a thing may take that should be done at once.
 * It is waited for in full only where it does not come. */
extern int patience;

/* A server, as the command line tells. */
struct talk {
    const char *say; /* what a good client sends */
    size_t say_length;
    const char *hear; /* what it must get */
    size_t hear_length;
    bool find;       /* hear is a part of what it gets, and not all of it */
    bool ends;       /* the server ends a connection by itself */
    bool echo;       /* whatever comes goes back */
    bool chat;       /* and, as a line, to all others */
    bool datagrams;  /* UDP: each is echoed */
    bool in_turn;    /* it does not serve many at the same time */
    int silent_ms;   /* one who says nothing may stop the others so long, */
    int deaf_ms;     /* one who never reads so long; -1: until it leaves */
    const char *big; /* what brings a long answer, if there is such a thing */
    size_t big_length;
};
extern struct talk talk;

/* --- helpers ---------------------------------------------------------- */

long long now_ms(void);
void rest_ms(int ms); /* between two looks */

/* What is being done, for messages. */
extern const char *doing;

/* Say what was wrong; end this process with 1. */
void fail(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* --- the server ------------------------------------------------------- */

/* All processes of the server, as /proc shows them. */
struct sight {
    int processes, threads, descriptors;
    int asleep;      /* of the threads, those of zombies among them */
    long kib;        /* resident memory */
    long long ticks; /* processor time, in ticks of sysconf(_SC_CLK_TCK) */
};

extern pid_t server_pid;
extern struct sight before; /* what it looked like before all this */

/* Start it, and wait until it says where it listens. Its output goes to
 * files: out, err. */
void start_server(char *const argv[]);
void stop_server(void);

/* Fails if the server has ended. */
void must_live(void);

/* Whether it has ended; if so, how is in status. */
bool has_ended(int *status);

struct sight look(void);

/* Wait until all its threads sleep, and it has as many processes, threads and
 * descriptors as before, or some more descriptors. */
void must_settle(int more_descriptors);

/* Wait until all its threads sleep: it must not spin. */
void must_sleep(void);

/* --- a client --------------------------------------------------------- */

/* A connection to the server, non-blocking. */
int knock(void);
int try_to_knock(void); /* or -1 with errno */
bool is_tcp(void);

/* The number that stands as the n-th word of text, from 0; 0 if none does. */
long long word(const char *text, int n);

struct visitor {
    int fd; /* -1: it has left */
    size_t said, heard;
    bool content; /* it has heard what it must */
    bool leaving; /* it has half-closed */
    bool served;
    const char *wrong;
};

/* It sends and receives what it can now. It leaves only if it may. */
void come(struct visitor *v);
void move(struct visitor *v, bool may_leave);
short wants(const struct visitor *v);

/* A good client, from its first to its last byte. Returns what went wrong, or
 * NULL. */
const char *visit(int ms);

/* Fails unless a good client is served within that time. */
void must_serve(int ms);

/* Send all within the time; false if the connection broke or time is over. */
bool send_within(int fd, const char *bytes, size_t length, int ms);

/* Send until nothing goes any more and the server sleeps; but not for ever. */
void fill(int fd, const char *bytes, size_t length);

/* Read to the end of the connection, or until it breaks. */
bool read_to_end(int fd, int ms);

void reset(int fd); /* close with a reset */

/* --- the suites ------------------------------------------------------- */

extern unsigned seed;
void hostile(char *const argv[], const char *only);
void one_after_another(char *const argv[], int count);
void at_once(char *const argv[], int count);
void inject(char *const argv[]);

#endif
