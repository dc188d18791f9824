#define _GNU_SOURCE /* syscall, SO_DOMAIN */
#include "descriptor.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Linux's own names, with the numbers that all machines share. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static bool tracking;

/* --------------------------------------------------------------- things -- */

/* Each has a row of places by its number; where all are taken, the one that
 * was taken first is forgotten, and begins anew. */
enum { ROWS = 1024, PLACES = 8 };
static struct row {
    struct thing place[PLACES];
    unsigned next;
} rows[ROWS];

static struct thing *find_thing(const struct stat *status)
{
    struct row *row =
        &rows[(unsigned long)(status->st_ino + status->st_dev * 31) % ROWS];
    for (int i = 0; i < PLACES; i++)
        if (row->place[i].device == status->st_dev &&
            row->place[i].inode == status->st_ino)
            return &row->place[i];
    struct thing *thing = &row->place[row->next++ % PLACES];
    *thing = (struct thing){.device = status->st_dev, .inode = status->st_ino};
    return thing;
}

static void set_socket(struct thing *thing, int domain, int type)
{
    thing->domain = domain;
    thing->type = type == SOCK_STREAM ? STREAM : MESSAGES;
}

static int option(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    getsockopt(fd, SOL_SOCKET, name, &value, &size);
    return value;
}

/*
 * Files that are no files: a part of such a number is another number, and
 * what is written is taken as a whole (proc(5), sysfs(5)).
 */
static bool is_kernels_own(const char *path)
{
    struct statfs system;
    if (statfs(path, &system) == -1)
        return true;
    switch ((unsigned long)system.f_type) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
        return true;
    default:
        return false;
    }
}

static void link_to(char *path, size_t size, pid_t pid, int fd)
{
    snprintf(path, size, "/proc/%ld/fd/%d", (long)pid, fd);
}

/* What is not a socket can be told by its mode. */
static void set_file(struct thing *thing, mode_t mode, pid_t pid, int fd)
{
    char path[64];
    link_to(path, sizeof path, pid, fd);
    thing->type = OTHER;
    if (S_ISFIFO(mode))
        thing->type = PIPE;
    else if (S_ISREG(mode) && !is_kernels_own(path))
        thing->type = FILE_DATA;
}

/* ----------------------------------------------------------------- look -- */

/* A copy of the descriptor, ours to close, or -1. */
static int copy_descriptor(pid_t pid, int *pidfd, int fd)
{
    if (*pidfd == -1)
        *pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (*pidfd == -1)
        return -1;
    return (int)syscall(SYS_pidfd_getfd, *pidfd, fd, 0);
}

static bool look_at_copy(pid_t pid, int *pidfd, int fd,
                         struct descriptor *descriptor)
{
    struct stat status;
    int copy = copy_descriptor(pid, pidfd, fd);
    if (copy == -1)
        return false;
    bool found = fstat(copy, &status) == 0;
    if (found) {
        struct thing *thing = find_thing(&status);
        if (thing->type == UNKNOWN && S_ISSOCK(status.st_mode))
            set_socket(thing, option(copy, SO_DOMAIN), option(copy, SO_TYPE));
        else if (thing->type == UNKNOWN)
            set_file(thing, status.st_mode, pid, fd);
        descriptor->thing = thing;
        descriptor->nonblocking = fcntl(copy, F_GETFL) & O_NONBLOCK;
    }
    close(copy);
    return found;
}

/* "flags:\t02004002" in fdinfo, proc(5). */
static bool read_nonblocking(pid_t pid, int fd)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%ld/fdinfo/%d", (long)pid, fd);
    int info = open(path, O_RDONLY | O_CLOEXEC);
    if (info == -1)
        return false;
    ssize_t n = read(info, text, sizeof text - 1);
    close(info);
    text[n > 0 ? n : 0] = '\0';
    const char *flags = strstr(text, "flags:");
    return flags != NULL && strtol(flags + 6, NULL, 8) & O_NONBLOCK;
}

static struct thing *look_at_link(pid_t pid, int fd)
{
    char path[64];
    struct stat status;
    link_to(path, sizeof path, pid, fd);
    if (stat(path, &status) == -1)
        return NULL;
    struct thing *thing = find_thing(&status);
    if (thing->type == UNKNOWN && !S_ISSOCK(status.st_mode))
        set_file(thing, status.st_mode, pid, fd);
    return thing;
}

bool look_at_descriptor(pid_t pid, int *pidfd, int fd,
                        struct descriptor *descriptor)
{
    if (!tracking)
        return look_at_copy(pid, pidfd, fd, descriptor);
    descriptor->thing = look_at_link(pid, fd);
    descriptor->nonblocking = read_nonblocking(pid, fd);
    return descriptor->thing != NULL;
}

bool holds_program(pid_t pid, int fd)
{
    char path[64], begin[4] = "";
    link_to(path, sizeof path, pid, fd);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file == -1)
        return false;
    ssize_t n = pread(file, begin, sizeof begin, 0);
    close(file);
    return n == sizeof begin && memcmp(begin, "\177ELF", sizeof begin) == 0;
}

/* ---------------------------------------------------------------- track -- */

bool choose_way_to_look(pid_t pid, bool track)
{
    int pidfd = -1, copy = -1;
    for (int fd = 0; !track && copy == -1 && fd < 16; fd++)
        copy = copy_descriptor(pid, &pidfd, fd);
    tracking = copy == -1;
    if (copy != -1)
        close(copy);
    if (pidfd != -1)
        close(pidfd);
    return tracking;
}

void socket_was_made(pid_t pid, int fd, int domain, int type)
{
    struct thing *thing = look_at_link(pid, fd);
    if (thing == NULL)
        return;
    *thing = (struct thing){.device = thing->device, .inode = thing->inode};
    set_socket(thing, domain, type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void socket_was_accepted(pid_t pid, int fd, int listener)
{
    const struct thing *from = look_at_link(pid, listener);
    if (from == NULL || from->type == UNKNOWN)
        return;
    socket_was_made(pid, fd, from->domain,
                    from->type == STREAM ? SOCK_STREAM : SOCK_SEQPACKET);
}
