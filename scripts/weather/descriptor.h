/*
 * descriptor.h - what a traced program's descriptor stands for.
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include <stdbool.h>
#include <sys/types.h>

/* A socket or a file, whoever has it open under which number. */
struct thing {
    dev_t device;
    ino_t inode;
    enum { UNKNOWN, STREAM, MESSAGES, FILE_DATA, PIPE, OTHER } type;
    int domain;    /* of a socket: AF_INET... */
    unsigned seen; /* a bit for each kind of call that was interrupted on it */
    bool connecting;             /* its connect was interrupted */
    unsigned long long moved[2]; /* bytes, by short reads and short writes */
};

struct descriptor {
    struct thing *thing;
    bool nonblocking;
};

/*
 * Choose how to look at the descriptors of pid, a process that we trace: by
 * pidfd_getfd(2), Linux 5.6, which containers may forbid, or without. Then,
 * and if track is true, there is only /proc, which does not tell a socket's
 * type, and sockets must be followed from their creation on. True: do that.
 */
bool choose_way_to_look(pid_t pid, bool track);

/*
 * Look at descriptor fd of a process. pidfd is kept there for the next look;
 * it begins as -1. False if there is no such descriptor, or none may look.
 */
bool look_at_descriptor(pid_t pid, int *pidfd, int fd,
                        struct descriptor *descriptor);

/* Follow a socket: it has been made as fd of process pid. */
void socket_was_made(pid_t pid, int fd, int domain, int type);
/* fd was accepted by the listener. */
void socket_was_accepted(pid_t pid, int fd, int listener);

/* Is it a regular file with a program or library in it? */
bool holds_program(pid_t pid, int fd);

#endif
