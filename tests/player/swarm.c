/* swarm N - a fork bomb of bounded size: every child is a daemon (its session
 * is its own), ignores what can be ignored, and makes two more, until there
 * are about N. swarm N flat: N plain children of one parent. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    long left = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    for (int number = 1; number < 32; number++)
        signal(number, SIG_IGN);
    puts("begins");
    fflush(stdout);
    if (argc > 2) {
        while (left-- > 0 && fork() != 0)
            ;
        if (left < 0) {
            puts("ready");
            fflush(stdout);
        }
        for (;;)
            pause();
    }
    while (left > 1) {
        left /= 2;
        pid_t pid = fork();
        if (pid == 0 || (pid > 0 && fork() == 0))
            setsid();
    }
    for (;;)
        pause();
}
