/*
 * epoll-server.c - a chat for many, in one process and one thread: epoll says
 * which of the clients has something for us. Linux only.
 *
 *   build  cc -I../../common epoll-server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o epoll-server
 *   run    ./epoll-server [PORT]         default 5000; Ctrl-C or `kill` stops
 *                                        it, status 0
 *   read   epoll(7), epoll_ctl(2), epoll_wait(2); chat.h
 */
#include <sys/epoll.h>

#include "chat.h"

/* Whose news we want is kept in the kernel: this is the list's descriptor. */
static int epollfd;

/* The data is ours: what it says comes back with the news. */
static int tell(int operation, int fd, uint32_t events, struct client *c)
{
    struct epoll_event wanted = {.events = events, .data.ptr = c};
    return epoll_ctl(epollfd, operation, fd, &wanted);
}

static bool watch(struct client *c)
{
    if (tell(EPOLL_CTL_ADD, c->fd, EPOLLIN, c) == 0)
        return true;
    report("epoll_ctl EPOLL_CTL_ADD descriptor %d", c->fd);
    return false;
}

static void rewatch(struct client *c)
{
    uint32_t events = c->queued > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (tell(EPOLL_CTL_MOD, c->fd, events, c) == 0)
        return;
    report("epoll_ctl EPOLL_CTL_MOD descriptor %d", c->fd);
    lose(c, "cannot be watched");
}

static void unwatch(struct client *c)
{
    /* close alone would do, as long as nobody has a dup of it. */
    tell(EPOLL_CTL_DEL, c->fd, 0, c);
}

int main(int argc, char *argv[])
{
    int listenfd = open_chat(argc, argv, "epoll-server [PORT]");
    epollfd = epoll_create1(EPOLL_CLOEXEC);
    if (epollfd == -1)
        die("epoll_create1");
    if (tell(EPOLL_CTL_ADD, listenfd, EPOLLIN, NULL) == -1)
        die("epoll_ctl EPOLL_CTL_ADD descriptor %d", listenfd);

    while (times_asked() == 0 && !ferror(stdout)) {
        struct epoll_event news[64];
        int ready = epoll_pwait(epollfd, news, 64, resting ? REST_MS : -1,
                                asleep_mask());
        if (ready == -1) {
            waiting_failed("epoll_pwait");
            continue;
        }

        /* It says who: we never touch those who are silent. EPOLLHUP and
         * EPOLLERR come unasked, until recv has taken note. */
        bool rested = resting, knocked = resting;
        for (int i = 0; i < ready; i++) {
            struct client *c = news[i].data.ptr;
            if (c == NULL) {
                knocked = true;
                continue;
            }
            if (news[i].events & EPOLLOUT)
                give(c);
            if (news[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                take(c);
        }
        if (knocked)
            admit(listenfd);
        close_the_lost();
        if (resting != rested)
            tell(EPOLL_CTL_MOD, listenfd, resting ? 0 : EPOLLIN, NULL);
    }
    close(epollfd);
    return close_chat(listenfd);
}
