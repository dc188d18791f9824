#include <stdio.h>
int main(void)
{
    for (;;) {
        puts("waiting for 3 clients on 127.0.0.1:5000");
        fputs("flood", stderr);
    }
}
