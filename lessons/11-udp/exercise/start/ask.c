/*
 * ask.c - questions and answers by datagram, with numbers and patience.
 *
 *   build  cc -I../../../common ask.c ../../../common/error.c -o ask
 *   run    ./ask PORT                    takes orders, until Ctrl-C
 *          ./ask HOST PORT MS TRIES      each line of input is an order
 *   check  make check-11
 *   read   udp(7), sendto(2), recvfrom(2), poll(2)
 *
 * The handout, ../README.md, says what is wanted: section "Exercise".
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

/* -------------------------------------------- what you need not write -- */

/* Somebody who has sent us a question. */
struct customer {
    struct sockaddr_in address;
    unsigned long number; /* of the last question, 0 if there was none */
    char answer[ROOM];    /* to it */
};

/* The one at this address, known or new. When there is no more room, a new
 * one gets the place of the one who came first. */
struct customer *customer_at(const struct sockaddr_in *address)
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
const char *split(const char *datagram, unsigned long *number)
{
    char *end;
    *number = strtoul(datagram, &end, 10);
    if (!isdigit((unsigned char)datagram[0]) || *number == 0 || *end != ' ')
        return NULL;
    return end + 1;
}

/* Milliseconds since some moment in the past. */
long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* ---- edit below ---------------------------------------------------------- */

static int take_orders(in_port_t port)
{
    /* 1. A datagram socket, bound to 127.0.0.1 and port. */

    printf("listening on 127.0.0.1:%u\n", port);

    /* 2. For ever: receive a question, and answer it to where it came from.
     *    A new one is an order, and is printed. One that comes again gets the
     *    same answer as before. */

    return 1;
}

static int ask(const struct sockaddr_in *server, long ms, long tries)
{
    /* 3. For each line of input: its number, a blank, its text, in one
     *    datagram; then wait for the answer, but not longer than ms.
     *
     *    What has come is the answer if it has the number of the question and
     *    is from the server. All else is forgotten.
     *
     *    No answer: ask again, the same, until there were so many tries. */

    fprintf(stderr, "ask: port %u is to be asked %ld times, each %ld ms\n",
            ntohs(server->sin_port), tries, ms);
    return 1;
}

/* ---- edit above ---------------------------------------------------------- */

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
