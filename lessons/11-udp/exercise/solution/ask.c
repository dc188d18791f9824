/*
 * ask.c - questions and answers by datagram, with numbers and patience.
 *
 *   build  cc -I../../../../common ask.c ../../../../common/error.c -o ask
 *   run    ./ask PORT                    takes orders, until Ctrl-C
 *          ./ask HOST PORT MS TRIES      each line of input is an order
 *   read   udp(7), sendto(2), recvfrom(2), poll(2)
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

enum { ROOM = 2000, CUSTOMERS = 100 };

/* Somebody who has sent us a question. */
struct customer {
    struct sockaddr_in address;
    unsigned long number; /* of the last question, 0 if there was none */
    char answer[ROOM];    /* to it */
};

/* The one at this address, known or new. When there is no more room, a new
 * one gets the place of the one who came first. */
static struct customer *customer_at(const struct sockaddr_in *address)
{
    static struct customer customers[CUSTOMERS];
    static size_t seen;
    for (size_t i = 0; i < CUSTOMERS; i++)
        if (customers[i].address.sin_port == address->sin_port &&
            customers[i].address.sin_addr.s_addr == address->sin_addr.s_addr)
            return &customers[i];
    struct customer *place = &customers[seen++ % CUSTOMERS];
    *place = (struct customer){.address = *address};
    return place;
}

/* Split "12 some text", a string, into its number and its text. NULL if it
 * does not begin with a number from 1 on and a blank. */
static const char *split(const char *datagram, unsigned long *number)
{
    char *end;
    *number = strtoul(datagram, &end, 10);
    if (!isdigit((unsigned char)datagram[0]) || *number == 0 || *end != ' ')
        return NULL;
    return end + 1;
}

/* Milliseconds since some moment in the past. */
static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* A datagram as a string, and who sent it. False: a signal came, or nothing
 * is there and flags said not to wait. */
static bool receive(int sockfd, char text[ROOM], struct sockaddr_in *from,
                    int flags)
{
    /* addrlen is set before each call, and room is left for the '\0'. */
    socklen_t addrlen = sizeof *from;
    ssize_t n = recvfrom(sockfd, text, ROOM - 1, flags, (struct sockaddr *)from,
                         &addrlen);
    if (n == -1 && errno != EINTR && errno != EAGAIN)
        die("recvfrom");
    text[n == -1 ? 0 : n] = '\0';
    return n != -1;
}

/* One datagram to this address. A signal came: nothing has been sent yet. All
 * else is like a loss on the way: whoever waits for it will ask again. */
static void post(int sockfd, const char *text, const struct sockaddr_in *to)
{
    while (sendto(sockfd, text, strlen(text), 0, (const struct sockaddr *)to,
                  sizeof *to) == -1) {
        if (errno == EINTR)
            continue;
        report("sendto port %u", ntohs(to->sin_port));
        return;
    }
}

/* -------------------------------------------------------- taking orders -- */

static int bound_socket(in_port_t port)
{
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(sockfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind 127.0.0.1:%u", port);
    return sockfd;
}

static int take_orders(in_port_t port)
{
    int sockfd = bound_socket(port);
    printf("listening on 127.0.0.1:%u\n", port);

    unsigned long orders = 0;
    while (!ferror(stdout)) {
        char question[ROOM];
        struct sockaddr_in from;
        if (!receive(sockfd, question, &from, 0))
            continue;
        unsigned long number;
        const char *text = split(question, &number);
        if (text == NULL)
            continue; /* an empty one, for example: no question, and no end */

        /* Its sender has got the answer to this one, and asked others since:
         * the network has kept it for long. */
        struct customer *customer = customer_at(&from);
        if (number < customer->number)
            continue;

        /* A new question is an order. One that we know comes again because
         * our answer did not arrive: to make it twice is not what they want. */
        if (number > customer->number) {
            customer->number = number;
            printf("order %lu: %s\n", ++orders, text);
            snprintf(customer->answer, sizeof customer->answer,
                     "%lu order %lu: %.1000s", number, orders, text);
        }
        post(sockfd, customer->answer, &from);
    }
    return 1;
}

/* --------------------------------------------------------------- asking -- */

static bool is_same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
    return a->sin_port == b->sin_port &&
           a->sin_addr.s_addr == b->sin_addr.s_addr;
}

/* Wait for the answer to this question until the deadline; print it. */
static bool is_answered(int sockfd, const struct sockaddr_in *server,
                        unsigned long wanted, long deadline)
{
    for (long left; (left = deadline - now()) > 0;) {
        struct pollfd answered = {.fd = sockfd, .events = POLLIN};
        if (poll(&answered, 1, (int)left) < 1)
            continue; /* the time is over, or a signal came */

        char answer[ROOM];
        struct sockaddr_in from;
        if (!receive(sockfd, answer, &from, MSG_DONTWAIT))
            continue;

        /* It may be from anybody, and it may answer what we asked long ago. */
        unsigned long number;
        const char *text = split(answer, &number);
        if (text == NULL || number != wanted || !is_same(&from, server))
            continue;
        puts(text);
        return true;
    }
    return false;
}

static int ask(const struct sockaddr_in *server, long ms, long tries)
{
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_DGRAM");

    bool all_answered = true;
    char *line = NULL;
    size_t size = 0;
    unsigned long number = 0;
    while (!ferror(stdout) && getline(&line, &size, stdin) != -1) {
        line[strcspn(line, "\n")] = '\0';
        char question[ROOM];
        snprintf(question, sizeof question, "%lu %s", ++number, line);

        /* The same question has the same number each time, and comes from the
         * same port: so the server can tell that it is one. */
        bool answered = false;
        for (long i = 0; i < tries && !answered; i++) {
            post(sockfd, question, server);
            answered = is_answered(sockfd, server, number, now() + ms);
        }
        if (!answered)
            fprintf(stderr, "ask: no answer to question %lu\n", number);
        all_answered = all_answered && answered;
    }
    free(line);
    close(sockfd);
    return all_answered ? 0 : 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc == 2)
        return take_orders(parse_port(argv[1]));
    if (argc != 5)
        usage("ask PORT, or ask HOST PORT MS TRIES");
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(parse_port(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1)
        refuse("host \"%s\": an IPv4 address is needed, as 127.0.0.1", argv[1]);
    return ask(&server, parse_number(argv[3], 1, 60000, "MS"),
               parse_number(argv[4], 1, 1000, "TRIES"));
}
