#define _GNU_SOURCE /* setresuid, setresgid */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of inheritable ones none but these; of the others, too, if they are to be
 * kept by who is no longer root. capget(2): the C library has no function for
 * it. */
static bool set_capabilities(unsigned kept)
{
    struct __user_cap_header_struct header = {.version =
                                                  _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, sets) == -1)
        return false;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        sets[i].inheritable = 0;
    if (kept != 0) {
        memset(sets, 0, sizeof sets);
        sets[0] = (struct __user_cap_data_struct){kept, kept, kept};
    }
    return syscall(SYS_capset, &header, sets) == 0;
}

/* Out of reach for good: no program gives them back. */
static bool drop_bounding_set(int but)
{
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
        if (capability != but && prctl(PR_CAPBSET_READ, capability) == 1 &&
            prctl(PR_CAPBSET_DROP, capability) == -1)
            return false;
    return true;
}

static bool change_ids(uid_t user)
{
    return setresgid(user, user, user) == 0 && setgroups(0, NULL) == 0 &&
           setresuid(user, user, user) == 0;
}

bool become_user(uid_t user, bool raw_sockets)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
        return false;
    if (!raw_sockets)
        return change_ids(user) && set_capabilities(0);
    return drop_bounding_set(CAP_NET_RAW) && prctl(PR_SET_KEEPCAPS, 1) == 0 &&
           change_ids(user) && set_capabilities(1U << CAP_NET_RAW) &&
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) == 0;
}

bool read_user_id(const char *word, uid_t *user)
{
    char *end;
    *user = (uid_t)strtoul(word, &end, 10);
    return end != word && *end == '\0' && strlen(word) < 10;
}
