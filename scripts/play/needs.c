#define _GNU_SOURCE /* unshare */
#include "needs.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* /sbin and /usr/sbin hold ip and ss on some systems, off a user's PATH. */
static bool is_tool(const char *name)
{
    const char *path = getenv("PATH");
    struct bytes all = {0};
    bytes_format(&all, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
    bool found = false;
    char *rest = NULL;
    (void)bytes_text(&all);
    for (char *directory = strtok_r(all.data, ":", &rest);
         directory != NULL && !found; directory = strtok_r(NULL, ":", &rest)) {
        struct bytes file = {0};
        struct stat status;
        bytes_format(&file, "%s/%s", directory, name);
        found = stat(bytes_text(&file), &status) == 0 &&
                S_ISREG(status.st_mode) && access(file.data, X_OK) == 0;
        bytes_free(&file);
    }
    bytes_free(&all);
    return found;
}

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    ssize_t n = write(fd, text, strlen(text));
    close(fd);
    return n == (ssize_t)strlen(text);
}

/* The same user as before, seen from inside (user_namespaces(7)). */
static bool enter_user_namespace(int more)
{
    long user = (long)geteuid(), group = (long)getegid();
    char map[64];
    if (unshare(CLONE_NEWUSER | more) == -1)
        return false;
    snprintf(map, sizeof map, "%ld %ld 1", user, user);
    bool mapped = write_file("/proc/self/setgroups", "deny") &&
                  write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%ld %ld 1", group, group);
    return mapped && write_file("/proc/self/gid_map", map);
}

/* Some systems let a user make a namespace and then grant him nothing in it;
 * so the question is whether loopback can be set up there. */
static bool loopback_up(void)
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

const char *enter_own_network(void)
{
    static char problem[120];
    errno = 0;
    bool entered = geteuid() == 0 && unshare(CLONE_NEWNET) == 0;
    if (!entered)
        entered = enter_user_namespace(CLONE_NEWNET);
    if (entered && loopback_up())
        return NULL;
    snprintf(problem, sizeof problem,
             "a network of its own, which this machine does not allow (%s)",
             strerror(errno));
    return problem;
}

static bool allows_user_namespaces(void)
{
    pid_t child = fork();
    if (child == 0) {
        bool allowed = enter_user_namespace(CLONE_NEWNET) && loopback_up();
        _exit(allowed ? 0 : 1);
    }
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool has_ipv6_loopback(void)
{
    struct sockaddr_in6 loopback = {.sin6_family = AF_INET6,
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool bound = fd != -1 &&
                 bind(fd, (struct sockaddr *)&loopback, sizeof loopback) == 0;
    if (fd != -1)
        close(fd);
    return bound;
}

static bool allows_tun(void)
{
    return access("/dev/net/tun", R_OK | W_OK) == 0;
}

/* What can be needed besides tools. */
static const struct {
    const char *word;
    bool (*is_there)(void);
    const char *what;
} features[] = {
    {"userns", allows_user_namespaces,
     "user namespaces, which this machine forbids"},
    {"ipv6", has_ipv6_loopback, "IPv6, which this machine has not"},
    {"tun", allows_tun, "/dev/net/tun, which you may not open here"},
};
enum { FEATURES = sizeof features / sizeof features[0] };

/* NULL if it is there; otherwise what it is, for people. */
static const char *missing_thing(const char *need)
{
    for (size_t i = 0; i < FEATURES; i++)
        if (strcmp(need, features[i].word) == 0)
            return features[i].is_there() ? NULL : features[i].what;
    return is_tool(need) ? NULL : need;
}

char *missing_need(const struct transcript *transcript)
{
    struct bytes missing = {0};
    for (size_t i = 0; i < transcript->need_count; i++) {
        const char *what = missing_thing(transcript->needs[i]);
        if (what == NULL)
            continue;
        if (missing.len > 0)
            bytes_add_text(&missing, ", ");
        bytes_add_text(&missing, what);
    }
    char *text =
        missing.len ? copy_text(bytes_text(&missing), missing.len) : NULL;
    bytes_free(&missing);
    return text;
}
