#define _GNU_SOURCE /* unshare */
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    ssize_t n = write(fd, text, strlen(text));
    close(fd);
    return n == (ssize_t)strlen(text);
}

/* ---------------------------------------------------------------- users -- */

/* As user and group we are to be these two inside (user_namespaces(7)). */
static bool enter_as(long user, long group, int more)
{
    char user_map[64], group_map[64];
    snprintf(user_map, sizeof user_map, "%ld %ld 1", user, (long)geteuid());
    snprintf(group_map, sizeof group_map, "%ld %ld 1", group, (long)getegid());
    return unshare(CLONE_NEWUSER | more) == 0 &&
           write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", user_map) &&
           write_file("/proc/self/gid_map", group_map);
}

bool enter_user_namespace(int more)
{
    return enter_as((long)geteuid(), (long)getegid(), more);
}

/* Give a process in a new user namespace all that we know here, each under the
 * number that it has here; `map` is uid_map or gid_map. */
static bool map_all(pid_t process, const char *map)
{
    char path[64], text[4096];
    unsigned long first, outside, count;
    size_t len = 0;
    snprintf(path, sizeof path, "/proc/self/%s", map);
    FILE *ours = fopen(path, "re");
    if (ours == NULL)
        return false;
    while (fscanf(ours, "%lu %lu %lu", &first, &outside, &count) == 3 &&
           len < sizeof text)
        len += (size_t)snprintf(text + len, sizeof text - len, "%lu %lu %lu\n",
                                first, first, count);
    fclose(ours);
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)process, map);
    return len > 0 && len < sizeof text && write_file(path, text);
}

/* Who maps more than himself stays outside: a child. */
static void map_when_told(int fd, pid_t process)
{
    char word;
    bool mapped = read(fd, &word, 1) == 1 && map_all(process, "uid_map") &&
                  map_all(process, "gid_map");
    _exit(mapped ? 0 : 1);
}

/* Root of a user namespace that knows all users whom we know. */
static bool enter_with_all_users(int more)
{
    int go[2], status;
    pid_t us = getpid();
    if (pipe(go) == -1)
        return false;
    pid_t child = fork();
    if (child == 0) {
        close(go[1]);
        map_when_told(go[0], us);
    }
    close(go[0]);
    bool entered =
        unshare(CLONE_NEWUSER | more) == 0 && write(go[1], "!", 1) == 1;
    close(go[1]);
    while (child > 0 && waitpid(child, &status, 0) == -1 && errno == EINTR)
        ;
    return entered && child > 0 && status == 0;
}

/* -------------------------------------------------------------- network -- */

/* Some systems let a user make a namespace and then grant him nothing in it;
 * so the question is whether loopback can be set up there. */
bool loopback_up(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool up = false;
    if (fd != -1 && ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
        up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    }
    if (fd != -1)
        close(fd);
    return up;
}

static bool enter(bool as_root)
{
    if (as_root)
        return geteuid() == 0 ? enter_with_all_users(CLONE_NEWNET)
                              : enter_as(0, 0, CLONE_NEWNET);
    return (geteuid() == 0 && unshare(CLONE_NEWNET) == 0) ||
           enter_user_namespace(CLONE_NEWNET);
}

/* "net.ipv4.ip_forward" is the file /proc/sys/net/ipv4/ip_forward. */
static bool set(const struct value *setting)
{
    struct bytes path = {0}, value = {0};
    bytes_add(&value, setting->text.data, setting->text.len);
    bytes_format(&path, "/proc/sys/%s", setting->name);
    (void)bytes_text(&path);
    for (char *at = path.data; (at = strchr(at, '.')) != NULL;)
        *at = '/';
    bool made = write_file(path.data, bytes_text(&value));
    bytes_free(&path);
    bytes_free(&value);
    return made;
}

const char *enter_own_network(bool as_root, const struct values *settings)
{
    static char problem[160];
    errno = 0;
    if (!enter(as_root) || !loopback_up()) {
        snprintf(problem, sizeof problem,
                 "a network of its own, which this machine does not allow (%s)",
                 strerror(errno));
        return problem;
    }
    for (size_t i = 0; i < settings->count; i++)
        if (!set(&settings->list[i])) {
            snprintf(problem, sizeof problem,
                     "%s in a network of its own, which cannot be set (%s)",
                     settings->list[i].name, strerror(errno));
            return problem;
        }
    return NULL;
}
