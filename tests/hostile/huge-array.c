/* The program file would be 4 GB. */
static char much[1L << 32] = {1};
int main(void) { return much[5]; }
