#define _GNU_SOURCE /* CLONE_NEWNET */
#include "needs.h"

#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "network.h"

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
