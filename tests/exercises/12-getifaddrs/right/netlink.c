/* No getifaddrs: the two questions are asked by hand, rtnetlink(7). */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct link {
    int index, count;
    unsigned flags;
    char name[IF_NAMESIZE];
    char (*addresses)[INET6_ADDRSTRLEN + 5];
} * links;
static int count;

static void take_link(struct nlmsghdr *message)
{
    struct ifinfomsg *info = NLMSG_DATA(message);
    int left = (int)IFLA_PAYLOAD(message);
    struct link *more = realloc(links, (size_t)(count + 1) * sizeof *links);
    if (more == NULL)
        exit(1);
    links = more;
    struct link *l = &links[count++];
    memset(l, 0, sizeof *l);
    l->index = info->ifi_index;
    l->flags = info->ifi_flags;
    for (struct rtattr *a = IFLA_RTA(info); RTA_OK(a, left);
         a = RTA_NEXT(a, left))
        if (a->rta_type == IFLA_IFNAME)
            memcpy(l->name, RTA_DATA(a), RTA_PAYLOAD(a));
}

static void take_address(struct nlmsghdr *message)
{
    struct ifaddrmsg *info = NLMSG_DATA(message);
    int left = (int)IFA_PAYLOAD(message);
    void *found = NULL;
    for (struct rtattr *a = IFA_RTA(info); RTA_OK(a, left);
         a = RTA_NEXT(a, left))
        if (a->rta_type == IFA_LOCAL ||
            (a->rta_type == IFA_ADDRESS && found == NULL))
            found = RTA_DATA(a);
    for (int i = 0; i < count && found; i++) {
        if (links[i].index != (int)info->ifa_index)
            continue;
        size_t n = (size_t)links[i].count++;
        links[i].addresses =
            realloc(links[i].addresses, (n + 1) * sizeof links[i].addresses[0]);
        char *text = links[i].addresses[n];
        inet_ntop(info->ifa_family, found, text, INET6_ADDRSTRLEN);
        sprintf(text + strlen(text), "/%u", info->ifa_prefixlen);
    }
}

static void ask(int fd, int what, void (*take)(struct nlmsghdr *))
{
    struct {
        struct nlmsghdr header;
        struct rtgenmsg body;
    } question = {{.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
                   .nlmsg_type = (unsigned short)what,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                  {AF_UNSPEC}};
    if (send(fd, &question, question.header.nlmsg_len, 0) == -1) {
        perror("send");
        exit(1);
    }
    static char answer[65536] __attribute__((aligned(8)));
    for (;;) {
        ssize_t n = recv(fd, answer, sizeof answer, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0) {
            perror("recv");
            exit(1);
        }
        for (struct nlmsghdr *m = (void *)answer; NLMSG_OK(m, (unsigned)n);
             m = NLMSG_NEXT(m, n)) {
            if (m->nlmsg_type == NLMSG_DONE)
                return;
            take(m);
        }
    }
}

int main(int argc, char *argv[])
{
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), shown = 0;
    if (fd == -1) {
        perror("socket");
        return 1;
    }
    ask(fd, RTM_GETLINK, take_link);
    ask(fd, RTM_GETADDR, take_address);
    close(fd);
    for (int i = 0; i < count; i++) {
        struct link *l = &links[i];
        if (argc == 1 || strcmp(argv[1], l->name) == 0) {
            printf("%s %s", l->name, l->flags & IFF_UP ? "up" : "down");
            for (int j = 0; j < l->count; j++)
                printf(" %s", l->addresses[j]);
            puts("");
            shown++;
        }
        free(l->addresses);
    }
    free(links);
    if (shown == 0)
        fprintf(stderr, "no %s\n", argv[1]);
    return shown == 0;
}
