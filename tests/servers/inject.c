#include "peer.h"
void inject(char *const argv[])
{
    (void)argv;
}
