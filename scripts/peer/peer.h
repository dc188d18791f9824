/*
 * peer.h - what the parts of the peer have in common.
 *
 * main.c opens the socket that the command line names and takes typed lines;
 * commands.c is the table of commands; exchange.c sends, receives and waits;
 * crowd.c are many connections at once or in turn; echo.c is ICMP; sockets.c
 * makes sockets and names addresses; text.c reads and shows bytes; source.c
 * makes bytes up and sums them, files.c for files.
 */
#ifndef PEER_H
#define PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* A typed line may have so many bytes; a terminal gives no longer ones. */
enum { LINE_ROOM = 4096 };

/* ----------------------------------------------------- text.c: showing -- */

/* What is left of a typed line. The bytes may be any, NUL too. */
struct words {
    char *at;
    char *end;
};

/*
 * Take the next word (blanks around it are dropped) or the number, at most
 * limit, that it is. False if there is none; then nothing is taken.
 */
bool take_word(struct words *line, char *word, size_t size);
bool take_number(struct words *line, uint64_t limit, uint64_t *number);
bool nothing_left(const struct words *line);

/*
 * Decode \n \r \t \xNN \\ and \" in what is left of the line, in place. False,
 * and said for the command, if there is another escape.
 */
bool unescape(const char *command, struct words *text);

/* Print bytes in double quotes: valid UTF-8 as it is, the rest escaped. */
void print_quoted(const char *data, size_t len);

/* Print the line "COMMAND: ECONNRESET Connection reset by peer" for errno. */
void say_error(const char *command);

/* "ECONNRESET Connection reset by peer", for an error. */
const char *error_text(int error);

/* -------------------------------------------------- source.c: bytes -- */

/* Bytes that are made up by their position, so nobody has to keep them. */
struct source {
    enum { REPEATED_TEXT, RANDOM_BYTES, RANDOM_LINES } kind;
    uint64_t seed;
    uint64_t total; /* there are so many */
    size_t len;     /* of the text */
    char text[LINE_ROOM];
};

/* Write the n bytes that stand from position at on. */
void make_bytes(const struct source *source, uint64_t at, void *to, size_t n);

/* What has come: how many bytes, their sum, and the first of them. */
enum { KEPT = 1000 };
struct sink {
    uint64_t count;
    uint32_t sum; /* FNV-1a, 32 bits */
    char kept[KEPT];
};
extern const struct sink empty_sink;
void add_to_sink(struct sink *sink, const void *data, size_t n);

/* Print `"text"`, or `4000 bytes, sum 0x01234567` if there are more of them
 * than a person would read. */
void print_sink(const struct sink *sink);

/* ------------------------------------------------------------ the peer -- */

struct name {
    union {
        struct sockaddr_storage storage; /* first: {0} makes all of it 0 */
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
        struct sockaddr any;
    } as;
    socklen_t len; /* 0: there is none */
};

struct peer {
    int type;            /* SOCK_STREAM, SOCK_DGRAM, SOCK_RAW */
    bool stays;          /* it has work when its connection is closed */
    int fd;              /* the connection, the datagram socket; -1: none */
    int listenfd;        /* -1: none */
    struct name target;  /* where it connects to, or where it listens */
    struct name last;    /* who sent the last datagram */
    struct source sends; /* what is being sent, */
    uint64_t sent;       /* so much of it is */
    bool sending;        /* and it is not all */
    int send_error;      /* what ended it early */
    bool draining;       /* whatever comes is read at once, */
    struct sink drained; /* into here, */
    int drain_end;       /* until this: an enum outcome, */
    int drain_error;     /* with this errno */
    int *held;           /* idle connections */
    size_t held_count;
};

/* ---------------------------------------------------------- sockets.c -- */

struct options {
    int rcvbuf, sndbuf; /* 0: the system's own */
    int backlog;
    bool reuse;
    bool wait; /* for the server that the first connection goes to */
};
extern struct options options;

/* "127.0.0.1:5000", "[::1]:5000", a path. Valid until the fourth call. */
const char *name_text(const struct name *name);

/* The name of fd's own end, and of the other; false if it has none. */
bool local_name(int fd, struct name *name);
bool remote_name(int fd, struct name *name);

/* HOST, a numeric address of either family, and PORT. False if it is none. */
bool set_name(struct name *name, const char *host, const char *port);
bool set_path(struct name *name, const char *path);

/* A socket of this family with the options given; or -1 with errno. */
int make_socket(int family, int type, int protocol);

/* Connected to the peer's target; or -1 with errno. */
int open_connection(const struct peer *peer);

/* Take fd as the connection. */
void begin_connection(struct peer *peer, int fd);
void close_connection(struct peer *peer);

/* Close with a reset. Where the other end is on this machine it has the reset
 * when this returns: a busy machine may deliver it late. */
void reset_connection(int fd);

/*
 * How many of the bytes that were sent the other side has not read yet; -1 if
 * the kernel does not say. Both ends must be on this machine.
 */
long unread_bytes(const struct peer *peer);

/* --------------------------------------------------------- exchange.c -- */

enum wanted {
    TO_READ = 1,   /* something has come */
    TO_ACCEPT = 2, /* a client has */
    ALL_SENT = 4,  /* or it has failed */
    DRAINED = 8,   /* to the end */
    TYPED = 16     /* a line, or the end of input */
};

/*
 * Wait, without a limit, until one of what is wanted is so, or limit_ms have
 * passed without a byte moved; meanwhile send and drain what is to be.
 * Returns what is so; 0 for the time limit (-1: none).
 */
int wait_for(struct peer *peer, int wanted, int limit_ms);

/*
 * Milliseconds without a byte moved after which we say that nobody reads. In a
 * send that should have gone on, a reader on a busy machine gets more time.
 */
enum { STILL = 300, STILL_IN_SEND = 1000 };

enum outcome { GOT_IT, AT_END, AT_RESET, AT_ERROR };

/* One recv of up to size bytes, waited for. Sets *n; errno for AT_ERROR. */
enum outcome receive_some(struct peer *peer, void *to, size_t size, int flags,
                          size_t *n);

/*
 * Receive until there are limit bytes in sink, or until the text of len bytes
 * has come (len 0: no such text). No byte behind that is taken.
 */
enum outcome receive_until(struct peer *peer, struct sink *sink, uint64_t limit,
                           const char *text, size_t len);

/*
 * Receive what source says, and compare. GOT_IT at the end of it or at the
 * first byte that differs: then d->differs. d->at bytes were right.
 */
struct difference {
    bool differs;
    uint64_t at;
    char got, wanted;
};
enum outcome compare(struct peer *peer, const struct source *source,
                     struct difference *d);

/* Begin to send peer->sends, and go on until all is sent, or the other side
 * does not read. Prints the line about it, for this command. */
void send_source(struct peer *peer, const char *command);

/* A line has been read: false at the end of input. Too long ones are cut, and
 * *whole is false. The line lives until the next call. */
bool read_line(struct words *line, bool *whole);
bool line_is_waiting(void);

/* ------------------------------------------------------------ commands -- */

/* "connected to HOST:PORT from HOST:PORT" */
void say_connected(const struct peer *peer);

enum done {
    DONE,
    WRONG_ARGUMENTS,
    LEAVE /* the peer's work is over */
};

struct command {
    const char *name;
    const char *arguments;
    const char *help;
    enum done (*run)(struct peer *peer, struct words *line);
    int needs; /* of the things below */
};
enum {
    OPEN = 1, /* a connection or another socket */
    NOT_OPEN = 2,
    LISTENS = 4,
    CONNECTS = 8, /* it is on the side that connects */
    STREAM = 16,
    DATAGRAMS = 32,
    ICMP = 64,
    NOT_DRAINING = 128,
    NOT_SENDING = 256
};
extern const struct command commands[];

/* Perform one typed line. */
enum done perform(struct peer *peer, struct words *line);

/* crowd.c and echo.c; commands like the others. */
enum done flood(struct peer *peer, struct words *line);
enum done visit(struct peer *peer, struct words *line);
enum done hold(struct peer *peer, struct words *line);
enum done release(struct peer *peer, struct words *line);
enum done fill_queue(struct peer *peer, struct words *line);
void close_held(struct peer *peer);
enum done receive_echo(struct peer *peer, struct words *line);
enum done reply_echo(struct peer *peer, struct words *line);
enum done forge_echo(struct peer *peer, struct words *line);

/* ------------------------------------------------------------- files.c -- */

/* `generate` and `verify`: what send-random sends, in files. Returns the exit
 * status. */
bool is_for_files(const char *mode);
int serve_file(const char *mode, int argc, char *argv[]);

#endif
