/* Never ends, never sleeps long, listens to nobody. */
#include <signal.h>
#include <unistd.h>
int main(void)
{
    for (int i = 1; i < 65; i++)
        signal(i, SIG_IGN);
    for (;;)
        usleep(1000);
}
