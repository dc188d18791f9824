#include "/proc/self/environ"
#include "/etc/shadow"
int main(void) {}
