/* To spoil the terminal, the XML and the JSON. */
#include <stdio.h>
int main(void)
{
    for (int c = 0; c < 256; c++)
        putchar(c);
    puts("\033[2J\033]0;title\007]]><script>alert(1)</script>\"}],\xff\xfe");
}
