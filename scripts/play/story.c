#include "story.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STEPS_SHOWN = 6, /* before the one that failed, where all have held */
    HELD_SHOWN = 3,  /* before the first that has not */
    OPEN_SHOWN = 3,  /* from that one on */
    LINE_SHOWN = 400,
    LAST_LINES = 3,
    LAST_ROWS = 4, /* of a line of these */
    COLUMNS = 60,
};

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

/* The first step before this place that has not held; the place, if all have.
 */
static size_t first_open(const struct scene *scene, size_t place)
{
    size_t i = 0;
    while (i < place &&
           (scene->held[i] || scene->transcript->steps[i].kind == NOTE))
        i++;
    return i;
}

static void tell_left_out(const struct teller *teller, size_t count,
                          const char *before, const char *behind)
{
    if (count > 0)
        fprintf(teller->to, "         (%zu %s line%s%s)\n", count, before,
                count == 1 ? "" : "s", behind);
}

/* An actor's line can fail long before its turn, as when its program has ended:
 * then the lines that are still open say how far the scene has come. */
static void tell_steps(const struct teller *teller)
{
    const struct scene *scene = teller->scene;
    const struct step *steps = scene->transcript->steps;
    size_t place = (size_t)(scene->failure.step - steps);
    size_t open = first_open(scene, place);
    size_t before = open == place ? STEPS_SHOWN : HELD_SHOWN;
    size_t first = open > before ? open - before : 0;
    size_t end = place - open > OPEN_SHOWN + 1 ? open + OPEN_SHOWN : place;

    tell_left_out(teller, first, "earlier", " held");
    for (size_t i = first; i < end; i++) {
        const char *note = scene->held[i] ? "ok" : "not yet";
        tell_step(teller, &steps[i], " ", steps[i].kind == NOTE ? "" : note);
    }
    tell_left_out(teller, place - end, "more", "");
    paint(teller, "1;31");
    tell_step(teller, scene->failure.step, "→", "");
    paint(teller, "0");
}

/* ------------------------------------------------- expected against got -- */

/* The part of a long line that matters: around the first difference. */
static void tell_part(const struct teller *teller, const struct bytes *text,
                      size_t difference, size_t *cut)
{
    size_t from = difference > LINE_SHOWN / 2 && text->len > LINE_SHOWN
                      ? difference - LINE_SHOWN / 2
                      : 0;
    size_t to = text->len - from > LINE_SHOWN ? from + LINE_SHOWN : text->len;
    while (from > 0 && (text->data[from] & 0xc0) == 0x80)
        from--; /* not inside a character */
    while (to < text->len && (text->data[to] & 0xc0) == 0x80)
        to++;
    fprintf(teller->to, "%s%.*s%s\n", from > 0 ? "…" : "", (int)(to - from),
            to > from ? text->data + from : "", to < text->len ? "…" : "");
    *cut = from;
}

/* What came, as the notation has it, as far as a story can need it: *agrees is
 * how much of that text is as expected. */
static void show_got(const struct failure *failure, struct bytes *shown,
                     size_t *agrees)
{
    const struct bytes *got = &failure->got;
    size_t at = failure->agrees;
    while (at > 0 && at < got->len && (got->data[at] & 0xc0) == 0x80)
        at--; /* a difference inside a character is one of the character */
    show_bytes(shown, got->data, at, SHOW_NOTATION);
    *agrees = shown->len;
    size_t rest = got->len - at;
    show_bytes(shown, got->data + at, rest < LINE_SHOWN ? rest : LINE_SHOWN,
               SHOW_NOTATION);
    if (rest > LINE_SHOWN)
        bytes_add_text(shown, "…");
}

static void tell_mark(const struct teller *teller, const struct bytes *got,
                      size_t agrees, size_t cut)
{
    size_t columns = count_columns(got->data + cut, agrees - cut) + (cut > 0);
    paint(teller, "1;31");
    fprintf(teller->to, "%*s^ %s\n", (int)(18 + columns), "",
            agrees < got->len ? "the first difference"
                              : "ends here; more was expected");
    paint(teller, "0");
}

static size_t common_beginning(const struct bytes *a, const struct bytes *b,
                               size_t most)
{
    size_t i = 0;
    while (i < most && i < a->len && i < b->len && a->data[i] == b->data[i])
        i++;
    return i;
}

static void tell_difference(const struct teller *teller)
{
    const struct failure *failure = &teller->scene->failure;
    const struct bytes *expected = &failure->expected;
    struct bytes got = {0};
    size_t agrees = 0, cut;
    if (failure->got_line)
        show_got(failure, &got, &agrees);
    if (expected->len > 0 || failure->got_line) {
        label(teller, "expected");
        tell_part(teller, expected, common_beginning(expected, &got, agrees),
                  &cut);
    }
    if (failure->got_line) {
        label(teller, "got");
        tell_part(teller, &got, agrees, &cut);
        if (failure->reason.len == 0 && failure->step->kind != ENDED)
            tell_mark(teller, &got, agrees, cut);
    }
    if (failure->reason.len > 0) {
        label(teller, failure->got_line ? "" : "got");
        write_bytes(teller, &failure->reason);
    }
    bytes_free(&got);
}

/* ----------------------------------------------------------- the actors -- */

/* How much of a text stands in a row: whole words, if a word ends there. */
static size_t fit_row(const char *text, size_t len)
{
    size_t taken;
    size_t fit = fit_columns(text, len, COLUMNS, &taken);
    if (fit == len)
        return fit;
    for (size_t end = fit; end > fit / 2; end--)
        if (text[end] == ' ')
            return end;
    return fit;
}

static void tell_line(const struct teller *teller, const char *line, size_t len)
{
    struct bytes text = {0};
    show_bytes(&text, line, len, SHOW_PLAIN);
    size_t at = 0;
    for (int row = 1; row == 1 || at < text.len; row++) {
        size_t fit = fit_row(bytes_text(&text) + at, text.len - at);
        bool cut = row == LAST_ROWS && at + fit < text.len;
        fprintf(teller->to, "%*s%.*s%s\n", row == 1 ? 15 : 17, "", (int)fit,
                bytes_text(&text) + at, cut ? "…" : "");
        at += fit;
        at += at < text.len && text.data[at] == ' ';
        if (cut)
            break;
    }
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

/* Lines that no step has asked for, and that are not told as the difference. */
static void add_unasked(const struct teller *teller, const struct actor *actor,
                        struct bytes *to)
{
    enum { MOST = 2000 };
    const struct failure *failure = &teller->scene->failure;
    if (failure->got_line &&
        &teller->scene->actors[failure->step->actor] == actor)
        return;
    const struct stream *out = &actor->out;
    size_t len = out->data.len - out->start;
    if (len == 0)
        return;
    bytes_add(to, out->data.data + out->start, len < MOST ? len : MOST);
    if (to->data[to->len - 1] != '\n')
        bytes_add_char(to, '\n');
}

static void tell_actor(const struct teller *teller, const struct actor *actor)
{
    struct bytes state = {0}, lines = {0};
    bytes_add(&lines, actor->last.data, actor->last.len);
    add_unasked(teller, actor, &lines);
    describe_actor(&state, actor);
    fprintf(teller->to, "  %-10s   %s%s\n", actor->name, bytes_text(&state),
            lines.len > 0 ? ", after it had printed" : "");
    tell_last_lines(teller, &lines);
    tell_errors(teller, actor);
    bytes_free(&state);
    bytes_free(&lines);
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
