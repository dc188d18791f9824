/*
 * poll-server.c - a chat for many, in one process and one thread: poll says
 * which of the clients has something for us.
 *
 *   build  cc -I../../common poll-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o poll-server
 *   run    ./poll-server [PORT]          default 5000; Ctrl-C or `kill` stops
 *                                        it, status 0
 *   read   poll(2); chat.h
 */
#define _GNU_SOURCE /* ppoll: in POSIX since 2024 only */
#include <poll.h>

#include "chat.h"

/* Whose news we want: the door first, then the clients, as in clients[]. The
 * question is in events, the answer in revents: nothing has to be made anew. */
static struct pollfd watched[1 + MOST_CLIENTS];

static bool watch(struct client *c)
{
    watched[1 + c->place] = (struct pollfd){.fd = c->fd, .events = POLLIN};
    return true;
}

static void rewatch(struct client *c)
{
    watched[1 + c->place].events = c->queued > 0 ? POLLIN | POLLOUT : POLLIN;
}

static void unwatch(struct client *c)
{
    watched[1 + c->place] = watched[client_count]; /* the last one */
}

int main(int argc, char *argv[])
{
    int listenfd = open_chat(argc, argv, "poll-server [PORT]");
    watched[0].events = POLLIN;

    while (times_asked() == 0 && !ferror(stdout)) {
        /* poll passes over a negative descriptor. */
        watched[0].fd = resting ? -1 : listenfd;
        struct timespec rest = {.tv_nsec = REST_MS * 1000000L};

        int ready = ppoll(watched, 1 + (nfds_t)client_count,
                          resting ? &rest : NULL, asleep_mask());
        if (ready == -1) {
            waiting_failed("ppoll");
            continue;
        }

        /* It says how many, and not who: we look at each. POLLHUP and POLLERR
         * come unasked, and again and again until recv has taken note. */
        for (int i = 0; i < client_count; i++) {
            short news = watched[1 + i].revents;
            if (news & POLLOUT)
                give(clients[i]);
            if (news & (POLLIN | POLLHUP | POLLERR))
                take(clients[i]);
        }
        if (resting || watched[0].revents != 0)
            admit(listenfd);
        close_the_lost();
    }
    return close_chat(listenfd);
}
