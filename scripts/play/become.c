#define _GNU_SOURCE /* setresuid, setresgid */
#include "become.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---------------------------------------------------- in place of a shell --
 */

/* What means nothing to a shell wherever it stands. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./,:@%=";

/* The next word of a line, in its place and without its quotes; `at` goes
 * behind it. "$PWD" is this directory. NULL if a shell would do more than part
 * the words. */
static const char *next_word(char **at, const char *directory)
{
    static const char here[] = "\"$PWD\"";
    size_t here_length = sizeof here - 1;
    if (strncmp(*at, here, here_length) == 0 &&
        strchr(" ", (*at)[here_length])) {
        *at += here_length + strspn(*at + here_length, " ");
        return directory;
    }
    char *word = *at, *to = word, *from = word;
    while (*from != '\0' && *from != ' ') {
        bool quoted = *from == '\'';
        from += quoted;
        size_t length = quoted ? strcspn(from, "'") : strspn(from, plain);
        if (quoted ? from[length] != '\'' : length == 0)
            return NULL;
        memmove(to, from, length);
        from += length + quoted;
        to += length;
    }
    *at = from + strspn(from, " ");
    *to = '\0';
    return word;
}

/* What a shell would make of a line: a program's words, the last of them NULL,
 * and files for its descriptors, as in "2>errors" and "8<filter". */
enum { MOST_REDIRECTIONS = 4 };
struct simple_command {
    const char **words;
    struct redirection {
        int fd, flags;
        const char *path;
    } redirections[MOST_REDIRECTIONS];
    size_t redirection_count;
};

/* Is there a redirection at `at`? Then go behind its sign. */
static bool take_redirection(char **at, struct redirection *redirection)
{
    if (!isdigit((unsigned char)**at) || ((*at)[1] != '<' && (*at)[1] != '>'))
        return false;
    redirection->fd = **at - '0';
    redirection->flags =
        (*at)[1] == '<' ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
    *at += 2;
    return true;
}

/* Take a line apart, in its place; false if it needs a shell. */
static bool part_words(struct simple_command *command, char *line,
                       const char *directory)
{
    char *at = line + strspn(line, " ");
    size_t count = 0, redirected = 0;
    while (*at != '\0') {
        struct redirection *redirection = &command->redirections[redirected];
        bool redirects = redirected < MOST_REDIRECTIONS &&
                         take_redirection(&at, redirection);
        const char *word = next_word(&at, directory);
        if (word == NULL || (redirects && *word == '\0'))
            return false;
        if (redirects) {
            redirection->path = word;
            redirected++;
        } else {
            command->words[count++] = word;
        }
    }
    command->words[count] = NULL;
    command->redirection_count = redirected;
    return count > 0 && strchr(command->words[0], '=') == NULL;
}

static bool redirect(const struct simple_command *command)
{
    for (size_t i = 0; i < command->redirection_count; i++) {
        const struct redirection *to = &command->redirections[i];
        int fd = open(to->path, to->flags, 0666);
        if (fd == -1)
            return false;
        if (fd == to->fd)
            continue;
        dup2(fd, to->fd);
        close(fd);
    }
    return true;
}

/* -------------------------------------------------- in place of setpriv -- */

/* How scripts/sandbox becomes another user; a number where there is NULL. */
static const char *const drop[] = {
    "setpriv",        "--reuid",        NULL,         "--regid", NULL,
    "--clear-groups", "--no-new-privs", "--inh-caps", "-all"};
enum { DROP_WORDS = sizeof drop / sizeof drop[0], USER = 2, GROUP = 4 };

static bool is_number(const char *word)
{
    return *word != '\0' && strlen(word) < 10 &&
           word[strspn(word, "0123456789")] == '\0';
}

static bool drops_privileges(const char *const *words)
{
    for (size_t i = 0; i < DROP_WORDS; i++)
        if (words[i] == NULL ||
            (drop[i] != NULL ? strcmp(words[i], drop[i]) != 0
                             : !is_number(words[i])))
            return false;
    return words[DROP_WORDS] != NULL;
}

/* capget(2): the C library has no function for it. */
static int clear_inheritable_capabilities(void)
{
    struct __user_cap_header_struct header = {.version =
                                                  _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, sets) == -1)
        return -1;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        sets[i].inheritable = 0;
    return (int)syscall(SYS_capset, &header, sets);
}

static void drop_privileges(const char *const *words)
{
    uid_t user = (uid_t)strtoul(words[USER], NULL, 10);
    gid_t group = (gid_t)strtoul(words[GROUP], NULL, 10);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
        setresgid(group, group, group) == 0 && setgroups(0, NULL) == 0 &&
        setresuid(user, user, user) == 0 &&
        clear_inheritable_capabilities() == 0)
        return;
    fprintf(stderr, "%s: uid %u, gid %u: %s\n", words[0], user, group,
            strerror(errno));
    _exit(EXIT_FAILURE);
}

/* -------------------------------------------------------------- becoming -- */

void become_program(const char *line)
{
    char directory[PATH_MAX];
    char *copy = strdup(line + strcspn(line, " "));
    struct simple_command command = {
        .words = calloc(strlen(line) / 2 + 2, sizeof *command.words)};
    if (copy != NULL && command.words != NULL &&
        getcwd(directory, sizeof directory) != NULL &&
        part_words(&command, copy, directory) && redirect(&command)) {
        const char **words = command.words;
        if (getenv("PWD") != NULL)
            setenv("PWD", directory, 1); /* as a shell does */
        if (drops_privileges(words)) {
            drop_privileges(words);
            words += DROP_WORDS;
        }
        execvp(words[0], (char *const *)words);
        if (words != command.words) { /* no shell could take that back */
            perror(words[0]);
            _exit(127);
        }
    }
    free(command.words);
    free(copy);
}
