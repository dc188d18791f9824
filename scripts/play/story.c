#include "story.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEPS_SHOWN = 6, LINE_SHOWN = 400, LAST_LINES = 3 };

struct teller {
    FILE *to;
    const struct scene *scene;
    bool colour;
};

static void paint(const struct teller *teller, const char *code)
{
    if (teller->colour)
        fprintf(teller->to, "\033[%sm", code);
}

static void write_bytes(const struct teller *teller, const struct bytes *b)
{
    if (b->len > 0)
        fwrite(b->data, 1, b->len, teller->to);
    fputc('\n', teller->to);
}

static void label(const struct teller *teller, const char *word)
{
    paint(teller, "1");
    fprintf(teller->to, "        %-10s", word);
    paint(teller, "0");
}

/* ------------------------------------------------------------ the steps -- */

static void tell_step(const struct teller *teller, const struct step *step,
                      const char *mark, const char *note)
{
    struct bytes text = {0};
    show_bytes(&text, step->source, strlen(step->source), SHOW_PLAIN);
    size_t taken;
    size_t fit = fit_columns(text.data, text.len, 58, &taken);
    fprintf(teller->to, "  %s %4zu  %.*s%s", mark, step->line, (int)fit,
            bytes_text(&text), fit < text.len ? "…" : "");
    if (note[0] != '\0')
        fprintf(teller->to, "%*s  %s", (int)(58 - taken), "", note);
    fputc('\n', teller->to);
    bytes_free(&text);
}

static void tell_steps(const struct teller *teller)
{
    const struct scene *scene = teller->scene;
    const struct transcript *script = scene->transcript;
    const struct step *failed = scene->failure.step;
    size_t place = (size_t)(failed - script->steps);
    size_t first = place > STEPS_SHOWN ? place - STEPS_SHOWN : 0;
    if (first > 0)
        fprintf(teller->to, "         (%zu earlier lines held)\n", first);
    for (size_t i = first; i < place; i++) {
        const struct step *step = &script->steps[i];
        const char *note = "not yet";
        if (step->kind == NOTE)
            note = "";
        else if (scene->held[i])
            note = "ok";
        tell_step(teller, step, " ", note);
    }
    paint(teller, "1;31");
    tell_step(teller, failed, "→", "");
    paint(teller, "0");
}

/* ------------------------------------------------- expected against got -- */

/* The part of a long line that matters: around the first difference. */
static size_t cut_before(const char *data, size_t len, size_t difference)
{
    size_t cut = difference > LINE_SHOWN / 2 && len > LINE_SHOWN
                     ? difference - LINE_SHOWN / 2
                     : 0;
    while (cut > 0 && (data[cut] & 0xc0) == 0x80)
        cut--; /* not inside a character */
    return cut;
}

static void tell_got(const struct teller *teller)
{
    const struct failure *failure = &teller->scene->failure;
    const struct bytes *got = &failure->got;
    size_t at = failure->agrees;
    size_t cut = cut_before(got->data, got->len, at);
    size_t end = got->len - cut > LINE_SHOWN ? cut + LINE_SHOWN : got->len;

    struct bytes before = {0}, after = {0};
    while (at > cut && at < got->len && (got->data[at] & 0xc0) == 0x80)
        at--; /* a difference inside a character is one of the character */
    if (at > cut)
        show_bytes(&before, got->data + cut, at - cut, SHOW_NOTATION);
    if (end > at)
        show_bytes(&after, got->data + at, end - at, SHOW_NOTATION);

    label(teller, "got");
    fprintf(teller->to, "%s%s%s%s\n", cut ? "…" : "", bytes_text(&before),
            bytes_text(&after), end < got->len ? "…" : "");
    if (failure->reason.len == 0 && failure->step->kind != ENDED) {
        paint(teller, "1;31");
        size_t columns = count_columns(before.data, before.len) + (cut != 0);
        fprintf(teller->to, "%*s^ %s\n", (int)(18 + columns), "",
                at < got->len ? "the first difference"
                              : "ends here; more was expected");
        paint(teller, "0");
    }
    bytes_free(&before);
    bytes_free(&after);
}

static void tell_difference(const struct teller *teller)
{
    const struct failure *failure = &teller->scene->failure;
    if (failure->expected.len > 0 || failure->got_line) {
        label(teller, "expected");
        write_bytes(teller, &failure->expected);
    }
    if (failure->got_line)
        tell_got(teller);
    if (failure->reason.len > 0) {
        label(teller, failure->got_line ? "" : "got");
        write_bytes(teller, &failure->reason);
    }
}

/* ----------------------------------------------------------- the actors -- */

static void tell_line(const struct teller *teller, const char *line, size_t len)
{
    struct bytes text = {0};
    show_bytes(&text, line, len, SHOW_PLAIN);
    size_t taken;
    size_t fit = fit_columns(text.data, text.len, 60, &taken);
    fprintf(teller->to, "               %.*s\n", (int)fit, bytes_text(&text));
    bytes_free(&text);
}

/* The last of these lines, each with a newline at its end. */
static void tell_last_lines(const struct teller *teller,
                            const struct bytes *lines)
{
    size_t from = lines->len;
    for (int count = 0; from > 0; from--)
        if (lines->data[from - 1] == '\n' && count++ == LAST_LINES)
            break;
    while (from < lines->len) {
        const char *line = lines->data + from;
        const char *end = memchr(line, '\n', lines->len - from);
        tell_line(teller, line, (size_t)(end - line));
        from += (size_t)(end - line) + 1;
    }
}

/* The file that an actor's command sends stderr to, as in "2>errors"; false if
 * there is none in its own directory. */
static bool find_errors(const struct teller *teller, const struct actor *actor,
                        struct bytes *path)
{
    const char *at = actor->command ? strstr(actor->command, "2>") : NULL;
    if (at == NULL)
        return false;
    at += strlen("2>");
    size_t len = 0;
    while (isalnum((unsigned char)at[len]) || at[len] == '-' || at[len] == '_')
        len++;
    bytes_format(path, "%s/%s/%.*s", teller->scene->stage.directory,
                 actor->name, (int)len, at);
    return len > 0;
}

/* The end of a file that a program has written: of a regular one, for it may
 * have put anything else there. */
static void read_end(const char *path, struct bytes *to)
{
    char end[2000];
    struct stat file;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd == -1)
        return;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode)) {
        off_t from = file.st_size - (off_t)sizeof end;
        ssize_t n = pread(fd, end, sizeof end, from > 0 ? from : 0);
        bytes_add(to, end, n > 0 ? (size_t)n : 0);
    }
    close(fd);
}

/* What it has said on stderr, where the scene does not look at that. */
static void tell_errors(const struct teller *teller, const struct actor *actor)
{
    struct bytes path = {0}, lines = {0};
    if (find_errors(teller, actor, &path))
        read_end(bytes_text(&path), &lines);
    if (lines.len > 0) {
        if (lines.data[lines.len - 1] != '\n')
            bytes_add_char(&lines, '\n');
        fputs("               and on stderr\n", teller->to);
        tell_last_lines(teller, &lines);
    }
    bytes_free(&path);
    bytes_free(&lines);
}

static void tell_actor(const struct teller *teller, const struct actor *actor)
{
    struct bytes state = {0};
    describe_actor(&state, actor);
    fprintf(teller->to, "  %-10s   %s%s\n", actor->name, bytes_text(&state),
            actor->last.len > 0 ? ", after it had printed" : "");
    bytes_free(&state);
    tell_last_lines(teller, &actor->last);
    tell_errors(teller, actor);
}

/* ----------------------------------------------------------- the values -- */

/* Does this name stand in a line up to the one that failed? */
static bool is_named(const struct scene *scene, const char *name)
{
    const struct step *step = scene->transcript->steps;
    for (; step <= scene->failure.step; step++)
        for (size_t i = 0; i < step->pattern.count; i++) {
            const struct segment *segment = &step->pattern.segments[i];
            if (segment->kind == VALUE && strcmp(segment->name, name) == 0)
                return true;
        }
    return false;
}

/* What stands for $PORT and other names in these lines, so that it can be done
 * by hand. */
static void tell_values(const struct teller *teller)
{
    const struct values *set = &teller->scene->set;
    const char *begin = "  where        ";
    size_t used = 0; /* columns of this line */
    for (size_t i = 0; i < set->count; i++) {
        const struct value *value = &set->list[i];
        if (!is_named(teller->scene, value->name))
            continue;
        struct bytes text = {0};
        show_bytes(&text, value->text.data, value->text.len, SHOW_NOTATION);
        size_t taken;
        size_t fit = fit_columns(text.data, text.len, 44, &taken);
        taken += strlen(value->name) + strlen("$ is ");
        if (used > 0 && used + 2 + taken > 62) {
            fputs(",\n", teller->to);
            begin = "               ";
            used = 0;
        }
        fprintf(teller->to, "%s$%s is %.*s%s", used ? ", " : begin, value->name,
                (int)fit, bytes_text(&text), fit < text.len ? "…" : "");
        used += taken + 2;
        bytes_free(&text);
    }
    if (used > 0)
        fputc('\n', teller->to);
}

void tell_story(FILE *to, const struct scene *scene, const char *again,
                bool colour)
{
    struct teller teller = {to, scene, colour};
    const struct transcript *script = scene->transcript;
    char *title = transcript_title(script->path);
    paint(&teller, "1;31");
    fprintf(to, "✗ %s", title);
    paint(&teller, "0");
    fprintf(to, "   %s:%zu\n\n", script->path, scene->failure.step->line);
    free(title);

    tell_steps(&teller);
    tell_difference(&teller);
    fputc('\n', to);
    for (size_t i = 0; i < script->actor_count; i++)
        tell_actor(&teller, &scene->actors[i]);
    tell_values(&teller);
    if (again != NULL)
        fprintf(to, "  again        %s\n", again);
    fputc('\n', to);
    fflush(to);
}
