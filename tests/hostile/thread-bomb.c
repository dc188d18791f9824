#include <pthread.h>
#include <unistd.h>
static void *more(void *arg)
{
    pthread_t thread;
    for (;;)
        pthread_create(&thread, NULL, more, arg);
}
int main(void) { more(NULL); }
