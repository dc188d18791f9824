#define _DEFAULT_SOURCE /* struct winsize */
#include "view.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "options.h"

enum {
    NARROWEST = 26, /* a column with less is of no use */
    WIDEST = 64,    /* with others beside it */
    WIDEST_ALONE = 100,
    GAP = 3,
    MARGIN = 1,
    GUTTER = 2 /* the sign before a line, and a blank */
};

bool wants_colour(FILE *to)
{
    const char *refused = getenv("NO_COLOR");
    return isatty(fileno(to)) && (refused == NULL || refused[0] == '\0');
}

static size_t terminal_width(FILE *to)
{
    struct winsize size;
    if (!isatty(fileno(to)))
        return 0;
    if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

void view_open(struct view *view, FILE *to, const struct transcript *script,
               bool stepping)
{
    *view = (struct view){.to = to,
                          .transcript = script,
                          .colour = wants_colour(to),
                          .stepping = stepping,
                          .width = terminal_width(to)};
    size_t actors = script->actor_count;
    size_t gaps = 2 * MARGIN + GAP * (actors - 1);
    if (view->width < gaps + actors * NARROWEST)
        return;
    view->actors = actors;
    view->column = (view->width - gaps) / actors;
    size_t widest = actors == 1 ? WIDEST_ALONE : WIDEST;
    if (view->column > widest)
        view->column = widest;
}

static void paint(const struct view *view, const char *code)
{
    if (view->colour)
        fprintf(view->to, "\033[%sm", code);
}

static void blanks(const struct view *view, size_t count)
{
    fprintf(view->to, "%*s", (int)count, "");
}

static const char *actor_colour(size_t actor)
{
    static const char *const colours[] = {"36", "33", "35", "32", "34", "31"};
    return colours[actor % (sizeof colours / sizeof colours[0])];
}

/* -------------------------------------------------------------- columns -- */

static void show_header(const struct view *view)
{
    for (int row = 0; row < 2; row++) {
        blanks(view, MARGIN);
        for (size_t i = 0; i < view->actors; i++) {
            const char *name = view->transcript->actors[i];
            paint(view, actor_colour(i));
            paint(view, "1");
            if (row == 0)
                fprintf(view->to, "%-*.*s", (int)view->column,
                        (int)view->column, name);
            for (size_t k = 0; row == 1 && k < view->column; k++)
                fputs("─", view->to);
            paint(view, "0");
            if (i + 1 < view->actors)
                blanks(view, GAP);
        }
        fputc('\n', view->to);
    }
}

/* Where a line of at most width columns is best broken: behind its last blank,
 * which may be the first thing that has no room. A word, be it an address with
 * its port, stays whole unless it is longer than a line. */
static size_t break_at(const char *text, size_t len, size_t width)
{
    size_t taken;
    size_t fit = fit_columns(text, len, width, &taken);
    if (fit == 0 && len > 0)
        return 1;
    if (fit == len)
        return fit;
    size_t indent = strspn(text, " ");
    for (size_t at = fit + 1; at > indent; at--)
        if (text[at - 1] == ' ')
            return at;
    return fit;
}

static void show_wrapped(const struct view *view, size_t indent, size_t width,
                         const char *sign, const char *style, const char *text,
                         size_t len)
{
    do {
        size_t part = break_at(text, len, width);
        blanks(view, indent);
        paint(view, style);
        fprintf(view->to, "%-*s%.*s", GUTTER, sign, (int)part, text);
        paint(view, "0");
        fputc('\n', view->to);
        sign = "";
        text += part;
        len -= part;
    } while (len > 0);
}

static void show_note(struct view *view, const char *text)
{
    size_t width = view->width > 2 * MARGIN + GUTTER + 10
                       ? view->width - 2 * MARGIN - GUTTER
                       : 70;
    if (view->before == LINES)
        fputc('\n', view->to);
    show_wrapped(view, MARGIN, width, "#", "3;1", text, strlen(text));
}

/* How each kind of line looks. Typed text is bold and has its sign, so that
 * it differs from printed text without colours too. */
static const char *line_style(const struct step *step)
{
    switch (step->kind) {
    case START:
    case TYPE:
    case END_OF_INPUT:
    case SIGNAL:
        return "1";
    case ERR:
        return "31";
    case CALL:
    case ASLEEP:
    case ENDED:
        return "2";
    default:
        return "";
    }
}

static const char *column_sign(const struct step *step)
{
    if (step->kind == OUT)
        return "";
    if (step->kind == END_OF_INPUT || step->kind == SIGNAL)
        return "";
    return step_sign(step);
}

static void show_in_column(const struct view *view, const struct step *step,
                           const char *text, size_t len)
{
    size_t indent = MARGIN + step->actor * (view->column + GAP);
    char style[32];
    const char *extra = line_style(step);
    snprintf(style, sizeof style, "%s%s%s", actor_colour(step->actor),
             *extra ? ";" : "", extra);
    show_wrapped(view, indent, view->column - GUTTER, column_sign(step), style,
                 text, len);
}

/* ----------------------------------------------------------- one column -- */

static void show_in_one_column(const struct view *view, const struct step *step,
                               const char *text, size_t len)
{
    const char *extra = line_style(step);
    paint(view, actor_colour(step->actor));
    fprintf(view->to, "%s%s%s", view->transcript->actors[step->actor],
            step_sign(step),
            len > 0 && step->kind != SIGNAL && step->kind != END_OF_INPUT ? " "
                                                                          : "");
    if (*extra)
        paint(view, extra);
    fwrite(text, 1, len, view->to);
    paint(view, "0");
    fputc('\n', view->to);
}

/* ---------------------------------------------------------------- steps -- */

/* What is shown for a step: what was typed or printed, in visible form. */
static void visible_text(struct bytes *to, const struct view *view,
                         const struct step *step, const char *text, size_t len)
{
    if (step->kind == END_OF_INPUT)
        bytes_add_text(to, view->actors ? "^D" : "D");
    else if (step->kind == SIGNAL)
        bytes_format(to, "%s%s", view->actors ? "^" : "", step->text);
    else if (step->kind == ASLEEP && view->actors)
        bytes_format(to, "asleep in %s",
                     step->source + strcspn(step->source, "~") + 2);
    else if (step->kind == ASLEEP)
        bytes_add_text(to, step->source + strcspn(step->source, "~") + 2);
    else
        show_bytes(to, text, len, SHOW_PLAIN);
    if (step->pattern.partial && !view->actors)
        bytes_add_text(to, "\\c");
}

static void show_step(struct scene *scene, const struct step *step,
                      const char *text, size_t len)
{
    struct view *view = scene->audience.data;
    if (step->kind == NOTE && view->actors > 0) {
        show_note(view, step->text);
        view->before = NARRATION;
    } else if (step->kind == NOTE) {
        fprintf(view->to, "#%s%s\n", *step->text ? " " : "", step->text);
    } else {
        struct bytes visible = {0};
        visible_text(&visible, view, step, text, len);
        const char *shown = bytes_text(&visible);
        if (view->actors > 0)
            show_in_column(view, step, shown, visible.len);
        else
            show_in_one_column(view, step, shown, visible.len);
        bytes_free(&visible);
        view->before = LINES;
    }
    fflush(view->to);
}

/* Enter, or q; anything else is not a key. */
static void wait_for_key(struct scene *scene, const struct step *step)
{
    struct view *view = scene->audience.data;
    if (!view->stepping || view->quit || step->kind == NOTE)
        return;
    char key;
    ssize_t n;
    while ((n = read(STDIN_FILENO, &key, 1)) == 1)
        if (key == '\n' || key == '\r' || key == ' ')
            return;
        else if (key == 'q')
            break;
    view->quit = true;
    if (n == 1)
        _exit(NOT_PLAYED); /* the guard clears the stage */
}

void view_attend(struct view *view, struct scene *scene)
{
    if (view->actors > 0)
        show_header(view);
    scene->audience = (struct audience){
        .before = wait_for_key, .step = show_step, .data = view};
}
