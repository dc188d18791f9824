/*
 * select-server.c - a chat for many, in one process and one thread: select
 * says which of the clients has something for us.
 *
 *   build  cc -I../../common select-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o select-server
 *   run    ./select-server [PORT]        default 5000; Ctrl-C or `kill` stops
 *                                        it, status 0
 *   read   select(2), select_tut(2); chat.h
 */
#include <sys/select.h>

#include "chat.h"

/* Whose news we want. A set has a bit for each descriptor from 0 to
 * FD_SETSIZE - 1, which is 1,023, and none for any other. */
static fd_set reading, writing;
static int highest; /* the largest descriptor in the sets */

static bool watch(struct client *c)
{
    if (c->fd >= FD_SETSIZE)
        return false; /* FD_SET would write behind the set */
    FD_SET(c->fd, &reading);
    if (c->fd > highest)
        highest = c->fd;
    return true;
}

static void rewatch(struct client *c)
{
    if (c->queued > 0)
        FD_SET(c->fd, &writing);
    else
        FD_CLR(c->fd, &writing);
}

static void unwatch(struct client *c)
{
    FD_CLR(c->fd, &reading);
    FD_CLR(c->fd, &writing);
    while (highest > 0 && !FD_ISSET(highest, &reading))
        highest--;
}

int main(int argc, char *argv[])
{
    int listenfd = open_chat(argc, argv, "select-server [PORT]");
    if (listenfd >= FD_SETSIZE)
        refuse("descriptor %d: select knows those below %d", listenfd,
               FD_SETSIZE);
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    highest = listenfd;

    while (times_asked() == 0 && !ferror(stdout)) {
        if (resting)
            FD_CLR(listenfd, &reading);
        else
            FD_SET(listenfd, &reading);
        struct timespec rest = {.tv_nsec = REST_MS * 1000000L};

        /* select writes its answer over the question: so it gets copies. The
         * first argument is how many bits to look at: the highest plus one. */
        fd_set readable = reading, writable = writing;
        int ready = pselect(highest + 1, &readable, &writable, NULL,
                            resting ? &rest : NULL, asleep_mask());
        if (ready == -1) {
            waiting_failed("pselect");
            continue;
        }

        /* It says how many, and not who: we ask for each. A client that has
         * left or is broken counts as readable. */
        for (int i = 0; i < client_count; i++) {
            if (FD_ISSET(clients[i]->fd, &writable))
                give(clients[i]);
            if (FD_ISSET(clients[i]->fd, &readable))
                take(clients[i]);
        }
        if (resting || FD_ISSET(listenfd, &readable))
            admit(listenfd);
        close_the_lost();
    }
    return close_chat(listenfd);
}
