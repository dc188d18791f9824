/* Has the assembler put the solution into the program. */
#include <unistd.h>
__asm__("text: .incbin \"@ROOT@/lessons/05-listen-accept/exercise/solution/doorman.c\"\nend:");
extern const char text[], end[];
int main(void) { return write(1, text, (size_t)(end - text)) < 0; }
