/*
 * damaged.c - an echo request whose checksum is wrong.
 *
 *   build  cc -I../../../common -I.. damaged.c ../../../common/error.c \
 *             -o damaged
 *   run    ./damaged
 *   read   icmp(7), RFC 1122 section 3.2.2
 */
#define _GNU_SOURCE /* unshare, struct icmphdr, struct iphdr */
#include <netinet/ip.h>

#include "../icmp.h"

static int replies(int sockfd)
{
    int count = 0;
    unsigned char packet[1500];
    while (recv(sockfd, packet, sizeof packet, MSG_DONTWAIT) > 0) {
        struct iphdr ip;
        struct icmphdr icmp;
        memcpy(&ip, packet, sizeof ip);
        memcpy(&icmp, packet + ip.ihl * 4U, sizeof icmp);
        count += icmp.type == ICMP_ECHOREPLY;
    }
    return count;
}

/* The kernel's own count of ICMP messages that it threw away for their
 * checksum: the row of names, then the row of numbers (proc(5), snmp). */
static long checksum_errors(void)
{
    FILE *file = fopen("/proc/net/snmp", "r");
    if (file == NULL) {
        report("open /proc/net/snmp");
        return -1;
    }
    char line[1024];
    long errors = -1, messages, in_errors;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "Icmp: %ld %ld %ld", &messages, &in_errors, &errors) ==
            3)
            break;
    fclose(file);
    return errors;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("damaged");
    enter_own_network();
    int sockfd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (sockfd == -1)
        die("socket AF_INET SOCK_RAW IPPROTO_ICMP");
    struct sockaddr_in target = {.sin_family = AF_INET};
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    for (int damage = 0; damage < 2; damage++) {
        unsigned char packet[ECHO_SIZE];
        make_echo_request(packet, 1, 1);
        packet[ECHO_SIZE - 1] ^= (unsigned char)damage; /* one bit */
        if (sendto(sockfd, packet, sizeof packet, 0, (struct sockaddr *)&target,
                   sizeof target) == -1)
            die("sendto 127.0.0.1");
        printf("%s: sent, %d replies\n",
               damage ? "one bit changed" : "checksum right ", replies(sockfd));
    }
    printf("thrown away for a wrong checksum: %ld\n", checksum_errors());
    return 0;
}
