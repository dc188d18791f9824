#include "story.h"

#include <stdlib.h>
#include <string.h>

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

static void tell_last_lines(const struct teller *teller,
                            const struct actor *actor)
{
    size_t from = actor->last.len;
    for (int lines = 0; from > 0; from--)
        if (actor->last.data[from - 1] == '\n' && lines++ == LAST_LINES)
            break;
    while (from < actor->last.len) {
        const char *line = actor->last.data + from;
        const char *end = memchr(line, '\n', actor->last.len - from);
        size_t len = (size_t)(end - line);
        struct bytes text = {0};
        show_bytes(&text, line, len, SHOW_PLAIN);
        size_t taken;
        size_t fit = fit_columns(text.data, text.len, 60, &taken);
        fprintf(teller->to, "               %.*s\n", (int)fit,
                bytes_text(&text));
        bytes_free(&text);
        from += len + 1;
    }
}

static void tell_actor(const struct teller *teller, const struct actor *actor)
{
    struct bytes state = {0};
    describe_actor(&state, actor);
    fprintf(teller->to, "  %-10s   %s%s\n", actor->name, bytes_text(&state),
            actor->last.len > 0 ? ", after it had printed" : "");
    bytes_free(&state);
    tell_last_lines(teller, actor);
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
    if (again != NULL)
        fprintf(to, "  again        %s\n", again);
    fputc('\n', to);
    fflush(to);
}
