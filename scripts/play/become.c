#include "become.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "privileges.h"

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

/* ---------------------------------------------------- in place of init -- */

/* "init --user N PROGRAM" is how scripts/sandbox becomes another user. */
enum { USER = 2, PROGRAM };

static bool changes_user(const char *const *words, uid_t *user)
{
    const char *slash = strrchr(words[0], '/');
    return slash != NULL && strcmp(slash, "/init") == 0 && words[1] != NULL &&
           strcmp(words[1], "--user") == 0 && words[USER] != NULL &&
           read_user_id(words[USER], user) && words[PROGRAM] != NULL;
}

static void change_user(const char *by, uid_t user)
{
    if (become_user(user, false))
        return;
    fprintf(stderr, "%s: --user %u: %s\n", by, user, strerror(errno));
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
        uid_t user;
        if (changes_user(words, &user)) {
            change_user(words[0], user);
            words += PROGRAM;
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
