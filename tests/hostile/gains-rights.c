/* Any way to be somebody else. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>
int main(void)
{
    setuid(0);
    setgid(0);
    unshare(CLONE_NEWUSER | CLONE_NEWNS);
    mount("none", "/usr", "tmpfs", 0, "");
    umount2("/proc", MNT_DETACH);
    chroot("/");
    execl("/bin/su", "su", "-c", "true", (char *)NULL);
    execl("/usr/bin/sudo", "sudo", "true", (char *)NULL);
}
