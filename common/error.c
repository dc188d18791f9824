/*
 * error.c - what every lesson program needs to fail well; see error.h.
 *
 * This is the only file of common/ that a lesson has to link. The words for
 * errors are in symbols.h, the hints in hints.h.
 */
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hints.h"
#include "symbols.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/*
 * A message on its way to stderr. It leaves in one write, so that those of
 * several processes never mix: pipe(7) promises that for PIPE_BUF bytes, 4,096
 * on Linux. Names from outside (the program's, the call's argument) are cut at
 * ROOM_FOR_NAMES; the rest of a message is short and fits behind them.
 */
enum { MESSAGE_SIZE = 4096, ROOM_FOR_NAMES = 3072 };
struct message {
    size_t length;
    char bytes[MESSAGE_SIZE];
};

static const char *program = "program";

/* What a failed write to stdout makes of the exit status. */
static int status_if_output_lost = EXIT_FAILURE;

/* The first error that our own flushes of stdout met, or 0. */
static int flush_error;

/* Append our own text, up to length bytes of it, as it stands. */
static void add_bytes(struct message *message, const char *text, size_t length)
{
    size_t room = sizeof message->bytes - message->length;
    if (length > room)
        length = room;
    memcpy(message->bytes + message->length, text, length);
    message->length += length;
}

static void add(struct message *message, const char *text)
{
    add_bytes(message, text, strlen(text));
}

/*
 * Append a name from outside. A control character in it (a newline, a
 * terminal's escape) is shown as C writes it, so that a message stays a line.
 * A name that is too long ends in "...", and never within a character: in
 * UTF-8, all bytes of one but the first look like 10xxxxxx.
 */
static void add_name(struct message *message, const char *name)
{
    size_t start = message->length;
    for (const char *p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        char shown[8] = {(char)c};
        if (c == '\n' || c == '\r' || c == '\t')
            snprintf(shown, sizeof shown, "\\%c",
                     c == '\n'   ? 'n'
                     : c == '\r' ? 'r'
                                 : 't');
        else if (c < ' ' || c == 0x7f)
            snprintf(shown, sizeof shown, "\\x%02X", c);
        if (message->length + strlen(shown) > ROOM_FOR_NAMES) {
            while (message->length > start &&
                   (message->bytes[message->length - 1] & 0xC0) == 0x80)
                message->length--;
            if (message->length > start &&
                (message->bytes[message->length - 1] & 0xC0) == 0xC0)
                message->length--;
            add(message, "...");
            return;
        }
        add(message, shown);
    }
}

/* Whether stderr is somebody's terminal and colour is welcome, no-color.org. */
static bool colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return (no_color == NULL || *no_color == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0) && isatty(STDERR_FILENO);
}

/* Begin a message with the program's name, bold on a terminal. */
static void begin(struct message *message)
{
    bool bold = colour();
    message->length = 0;
    if (bold)
        add(message, "\033[1m");
    add_name(message, program);
    add(message, bold ? ":\033[0m " : ": ");
}

/*
 * Send the message. What was printed before it must come first, so stdout is
 * flushed; an error in that waits until the program exits. A stderr that is
 * closed or broken cannot be reported anywhere, so we give up there.
 */
static void send_off(const struct message *message)
{
    if (fflush(stdout) == EOF && flush_error == 0)
        flush_error = errno;
    const char *p = message->bytes;
    size_t left = message->length;
    while (left > 0) {
        ssize_t n = write(STDERR_FILENO, p, left);
        if (n >= 0) {
            p += n;
            left -= (size_t)n;
        } else if (errno == EAGAIN) {
            /* Somebody made the terminal non-blocking; wait for it. */
            struct pollfd terminal = {.fd = STDERR_FILENO, .events = POLLOUT};
            poll(&terminal, 1, -1);
        } else if (errno != EINTR) {
            return;
        }
    }
}

/*
 * The port in a message such as "bind 127.0.0.1:5000": the digits behind the
 * last colon, up to the end or a space. Gives their start and sets *length;
 * NULL if there is none, or if it is 0, which is nobody's port. A colon that
 * follows a colon is an IPv6 address's own.
 */
static const char *find_port(const char *call, size_t *length)
{
    const char *colon = strrchr(call, ':');
    if (colon == NULL || colon == call || colon[-1] == ':')
        return NULL;
    const char *port = colon + 1;
    *length = strspn(port, "0123456789");
    if (*length == 0 || (port[*length] != '\0' && port[*length] != ' '))
        return NULL;
    return strspn(port, "0") < *length ? port : NULL;
}

/* Whether call begins with one of calls, which are separated by '|'. */
static bool is_one_of(const char *call, const char *calls)
{
    if (strcmp(calls, "*") == 0)
        return true;
    while (*calls) {
        size_t length = strcspn(calls, "|");
        if (strncmp(call, calls, length) == 0 &&
            strchr(" :(", call[length]) != NULL) /* '\0' is found as well */
            return true;
        calls += length;
        calls += *calls == '|';
    }
    return false;
}

/* Append the line with the first hint of the table that fits, if any. */
static void add_hint(struct message *message, const struct hint *table,
                     size_t rows, int number, const char *call)
{
    size_t digits = 0;
    const char *port = find_port(call, &digits);
    for (size_t i = 0; i < rows; i++) {
        const char *text = table[i].text;
        const char *slot = strstr(text, "{port}");
        if (table[i].number != number || !is_one_of(call, table[i].calls) ||
            (slot != NULL && port == NULL))
            continue;
        bool dim = colour();
        add(message, dim ? "  \033[2mhint: " : "  hint: ");
        for (; slot != NULL; slot = strstr(text, "{port}")) {
            add_bytes(message, text, (size_t)(slot - text));
            add_bytes(message, port, digits);
            text = slot + strlen("{port}");
        }
        add(message, text);
        add(message, dim ? "\033[0m\n" : "\n");
        return;
    }
}

/* The table's row for number, or NULL. */
static const struct error *find_error(const struct error *table, size_t rows,
                                      int number)
{
    for (size_t i = 0; i < rows; i++)
        if (table[i].number == number)
            return &table[i];
    return NULL;
}

/* Append "call: words [SYMBOL]" and the hint, from the tables given. */
static void add_error(struct message *message, const char *call, int number,
                      const struct error *errors, size_t error_rows,
                      const struct hint *hints, size_t hint_rows)
{
    char unknown[40];
    snprintf(unknown, sizeof unknown, "Unknown error %d", number);
    const struct error *error = find_error(errors, error_rows, number);
    add_name(message, call);
    add(message, ": ");
    add(message, error ? error->words : unknown);
    add(message, " [");
    add(message, error ? error->symbol : "E?");
    add(message, "]\n");
    add_hint(message, hints, hint_rows, number, call);
}

/*
 * The call's name and argument as format says, cut to size. Should vsnprintf
 * fail, the format itself tells more than nothing.
 */
static void __attribute__((format(printf, 3, 0)))
write_call(char *call, size_t size, const char *format, va_list args)
{
    if (vsnprintf(call, size, format, args) < 0)
        snprintf(call, size, "%s", format);
}

/* The message for errno's value number, in the words of the system's calls. */
static void send_errno(int number, const char *call)
{
    struct message message;
    begin(&message);
    add_error(&message, call, number, errno_table, COUNT(errno_table),
              errno_hints, COUNT(errno_hints));
    send_off(&message);
}

/*
 * Why something that was printed did not arrive: an errno, 0 if all did, -1 if
 * nobody knows. stdio remembers that a write failed but not why, and has
 * thrown away what it could not write; so ask the descriptor, by a write of
 * nothing, and the pipe, which is in error once its reader has gone.
 */
static int output_error(void)
{
    if (fflush(stdout) == EOF)
        return flush_error ? flush_error : errno;
    if (!ferror(stdout) || flush_error != 0)
        return flush_error;
    if (write(STDOUT_FILENO, "", 0) == -1)
        return errno;
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&output, 1, 0) == 1 && output.revents & POLLERR)
        return EPIPE;
    return -1;
}

/*
 * Runs at exit: a program whose output was lost has failed, whatever main
 * returned. Only _exit can still change the status, and it skips what exit
 * would do after us, which is to flush the other streams.
 */
static void check_output(void)
{
    int number = output_error();
    if (number == 0)
        return;
    if (number > 0) {
        send_errno(number, "write standard output");
    } else {
        struct message message;
        begin(&message);
        add(&message, "write standard output: part of the output is lost\n"
                      "  hint: is the disk full? `df -h .` shows it\n");
        send_off(&message);
    }
    fflush(NULL);
    _exit(status_if_output_lost);
}

/*
 * Open something in place of each standard descriptor that is closed. What we
 * open has the wrong direction, so that a program that reads its input or
 * prints is told EBADF, as it would have been. open takes the smallest free
 * number, open(2), which is fd itself: those below it are taken by now.
 */
static void reserve_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1)
            die("open /dev/null");
}

void start_program(const char *argv0)
{
    if (argv0 != NULL && *argv0 != '\0') {
        const char *slash = strrchr(argv0, '/');
        program = slash ? slash + 1 : argv0;
    }
    reserve_standard_descriptors();
    if (setvbuf(stdout, NULL, _IOLBF, 0) != 0)
        die("setvbuf");
    if (atexit(check_output) != 0)
        die("atexit");
}

void report(const char *format, ...)
{
    int number = errno;
    char call[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    write_call(call, sizeof call, format, args);
    va_end(args);
    send_errno(number, call);
    errno = number;
}

void die(const char *format, ...)
{
    int number = errno;
    char call[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    write_call(call, sizeof call, format, args);
    va_end(args);
    send_errno(number, call);
    exit(EXIT_FAILURE);
}

void die_gai(int code, const char *format, ...)
{
    int number = errno;
    char call[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    write_call(call, sizeof call, format, args);
    va_end(args);
    if (code == EAI_SYSTEM) {
        send_errno(number, call);
    } else {
        struct message message;
        begin(&message);
        add_error(&message, call, code, gai_table, COUNT(gai_table), gai_hints,
                  COUNT(gai_hints));
        send_off(&message);
    }
    exit(EXIT_FAILURE);
}

/* Send what is wrong with the command line and exit with its status, 2. */
static _Noreturn void leave_refused(const struct message *message)
{
    send_off(message);
    status_if_output_lost = 2;
    exit(2);
}

/*
 * The synopsis may go on with ": explanation". A reader looks for the synopsis
 * first, so it gets a line of its own; the explanation follows, indented.
 */
void usage(const char *synopsis)
{
    struct message message = {.length = 0};
    const char *colon = strstr(synopsis, ": ");
    size_t length = colon ? (size_t)(colon - synopsis) : strlen(synopsis);
    add(&message, "usage: ");
    add_bytes(&message, synopsis, length);
    if (colon != NULL) {
        add(&message, "\n  ");
        add(&message, colon + strlen(": "));
    }
    add(&message, "\n");
    leave_refused(&message);
}

void refuse(const char *format, ...)
{
    struct message message;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    begin(&message);
    add_name(&message, text);
    add(&message, "\n");
    leave_refused(&message);
}

/*
 * Whether text is a number from low to high and nothing else; strtol alone
 * would take " 80", "+80" and "80x". Sets *number if so.
 */
static bool read_number(const char *text, long low, long high, long *number)
{
    const char *digits = text + (*text == '-');
    if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    *number = strtol(text, NULL, 10);
    return errno == 0 && *number >= low && *number <= high &&
           (*text != '-' || low < 0);
}

/* Begin the message that refuses text, the argument that is called what. */
static void begin_refusal(struct message *message, const char *what,
                          const char *text)
{
    begin(message);
    add_name(message, what);
    add(message, " \"");
    add_name(message, text);
    add(message, "\": ");
}

in_port_t parse_port(const char *text)
{
    long port = 0;
    if (!read_number(text, 0, 65535, &port)) {
        struct message message;
        begin_refusal(&message, "port", text);
        add(&message, "a port is a number from 0 to 65535\n");
        leave_refused(&message);
    }
    return (in_port_t)port;
}

long parse_number(const char *text, long low, long high, const char *what)
{
    long number = 0;
    if (!read_number(text, low, high, &number)) {
        struct message message;
        char range[96];
        snprintf(range, sizeof range, "must be a number from %ld to %ld\n", low,
                 high);
        begin_refusal(&message, what, text);
        add(&message, range);
        leave_refused(&message);
    }
    return number;
}

const char *error_symbol(int number)
{
    const struct error *error =
        find_error(errno_table, COUNT(errno_table), number);
    return error ? error->symbol : "E?";
}
