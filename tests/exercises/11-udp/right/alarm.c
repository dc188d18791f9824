/* The time limit is a timer's signal, which interrupts recvmsg; the signal
 * comes again and again, so none is missed. Orders: select and sendmsg. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "error.h"

static volatile sig_atomic_t rings;
static void ring(int signal)
{
    (void)signal;
    rings++;
}

static struct {
    struct sockaddr_in address;
    char number[30], answer[2100];
} customers[500];

static int serve(in_port_t port)
{
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)},
                       from;
    self.sin_addr.s_addr = inet_addr("127.0.0.1");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP),
        orders = 0;
    if (bind(fd, (struct sockaddr *)&self, sizeof self) < 0)
        die("bind");
    printf("listening on 127.0.0.1:%u\n", port);
    char data[2000];
    for (;;) {
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fd, &set);
        if (select(fd + 1, &set, NULL, NULL, NULL) < 0)
            continue;
        struct iovec room = {data, sizeof data - 1};
        struct msghdr message = {.msg_name = &from,
                                 .msg_namelen = sizeof from,
                                 .msg_iov = &room,
                                 .msg_iovlen = 1};
        ssize_t n = recvmsg(fd, &message, 0);
        if (n < 3 || (message.msg_flags & MSG_TRUNC))
            continue;
        data[n] = '\0';
        unsigned long number, known = 0;
        int at = 0, i;
        if (data[0] < '1' || data[0] > '9' ||
            sscanf(data, "%lu%n", &number, &at) < 1 || data[at] != ' ')
            continue;
        for (i = 0; customers[i].number[0]; i++)
            if (memcmp(&customers[i].address, &from, 8) == 0)
                break;
        sscanf(customers[i].number, "%lu", &known);
        if (number < known)
            continue;
        if (number > known) {
            customers[i].address = from;
            sprintf(customers[i].number, "%lu", number);
            int size = sprintf(customers[i].answer, "%lu ", number);
            sprintf(customers[i].answer + size, "order %d: %s", ++orders,
                    data + at + 1);
            puts(customers[i].answer + size);
        }
        room = (struct iovec){customers[i].answer, strlen(customers[i].answer)};
        while (sendmsg(fd, &message, 0) < 0 && errno == EINTR)
            ;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc == 2)
        return serve(parse_port(argv[1]));
    struct sigaction action = {.sa_handler = ring};
    sigaction(SIGALRM, &action, NULL);
    long ms = parse_number(argv[3], 1, 60000, "MS"),
         tries = parse_number(argv[4], 1, 1000, "TRIES");
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(parse_port(argv[2]))},
                       from;
    inet_aton(argv[1], &server.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0), status = 0;
    char question[1200], text[1100], answer[2000];
    for (int number = 1; scanf("%1099[^\n]", text) == 1; number++) {
        getchar();
        size_t head = (size_t)sprintf(question, "%d ", number);
        snprintf(question + head, sizeof question - head, "%s", text);
        struct itimerval timer = {{ms / 1000, ms % 1000 * 1000},
                                  {ms / 1000, ms % 1000 * 1000}};
        rings = 0;
        setitimer(ITIMER_REAL, &timer, NULL);
        int asked = 0, good = 0;
        while (!good && rings < tries) {
            if (asked <= rings) {
                while (sendto(fd, question, strlen(question), 0,
                              (void *)&server, sizeof server) < 0)
                    if (errno != EINTR)
                        die("sendto");
                asked++;
            }
            socklen_t size = sizeof from;
            ssize_t n = recvfrom(fd, answer, sizeof answer - 1, 0,
                                 (void *)&from, &size);
            if (n < 0 && errno != EINTR)
                die("recvfrom");
            if (n < (ssize_t)head || memcmp(&from, &server, 8) != 0)
                continue;
            answer[n] = '\0';
            good = memcmp(answer, question, head) == 0;
        }
        setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
        if (good)
            puts(answer + head);
        else
            status = 1, fprintf(stderr, "nobody answers\n");
    }
    return status;
}
