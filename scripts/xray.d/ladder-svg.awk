# ladder-svg.awk - the rows of a ladder as a picture. It does without colour:
# who works has a thick line, who waits a hollow bar; a FIN is dashed.
#
# Variables: page (from 1; 0 is all in one), page_rows; `count` not empty: print
# only how many pages there are.
#
# Text is set in a font whose characters all have one width, and a little more
# room is kept for each; so we know where it ends. Each <text> says so itself:
# data-box="left top right bottom" (tests/xray-picture.bats measures).

function escape(s) {
    gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
    return s
}

# ---- lines of the picture --------------------------------------------------

# Text that is too long for its side goes on in lines of its own.
function room_for(a) { return actors == 1 ? 80 : actors == 2 ? 38 : 32 }

function make_lines(   r, a, i, n, most, part, piece, pieces, s) {
    drawn = 0
    for (r = 1; r <= rows; r++) {
        most = 1
        for (a = 0; a < actors; a++) {
            pieces[a] = 0
            if (side[r, a] == "") continue
            s = side[r, a] (style[r, a] == "wait" ? " … waits" : "")
            n = style[r, a] == "state" ? wrap(s, room_for(a) - 1, part) : wrap_call(s, room_for(a), part)
            pieces[a] = n
            if (n > most) most = n
            for (i = 1; i <= n; i++) { if (is_left(a)) sub(/^ +/, "", part[i]); piece[a, i] = part[i] }
        }
        for (i = 1; i <= most; i++) {
            drawn++
            row_of[drawn] = r
            has_arrow[drawn] = from[r] != "" && i == 1
            for (a = 0; a < actors; a++) {
                shown[drawn, a] = i <= pieces[a] ? piece[a, i] : ""
                if (width(shown[drawn, a]) > widest[a]) widest[a] = width(shown[drawn, a])
            }
        }
    }
}

function is_left(a) { return actors == 2 && a == 0 }

# ---- geometry, in pixels ---------------------------------------------------

function place(   a, x) {
    size = 20; advance = 12.6; line_height = 30; margin = 28
    for (a = 0; a < actors; a++) {
        if (width(name[a]) + 2 > widest[a]) widest[a] = width(name[a]) + 2
        text_width[a] = widest[a] * advance + 30
    }
    if (actors == 2) {
        axis[0] = margin + text_width[0]
        axis[1] = axis[0] + 24 * advance
        picture_width = axis[1] + text_width[1] + margin
    } else {
        x = margin + 40
        for (a = 0; a < actors; a++) {
            axis[a] = x
            x += (text_width[a] < 20 * advance && actors > 1 ? 20 * advance : text_width[a]) + 16
        }
        picture_width = x + margin
    }
    legend = "thick line: at work   hollow bar: waits in a call   dashed arrow: FIN, the end   fd STATE: as the kernel has it"
    if (picture_width < width(legend) * 8.4 + 2 * margin) picture_width = width(legend) * 8.4 + 2 * margin
    top = 128
}

function y_of(i) { return top + (i - first) * line_height + line_height / 2 }

# A box that text fills, and the text. anchor: start, middle, end.
function draw_text(x, y, s, anchor, font_size, extra,   w, left) {
    if (s == "") return
    w = width(s) * font_size * advance / size
    left = anchor == "end" ? x - w : anchor == "middle" ? x - w / 2 : x
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\"%s data-box=\"%.1f %.1f %.1f %.1f\">%s</text>\n", \
        x, y + font_size * 0.34, anchor, font_size, extra, left, y - font_size * 0.62, left + w, y + font_size * 0.62, escape(s)
}

# ---- what stands in it -----------------------------------------------------

# A stretch of the same kind of life is one shape.
function draw_lives(a,   i, since, now, before) {
    before = ""
    for (i = first; i <= last + 1; i++) {
        now = i <= last ? life[row_of[i], a] : ""
        if (now == "^" || now == "_") now = "|"
        if (now == before) continue
        if (before != "") draw_life(a, since, i - 1, before)
        since = i; before = now
    }
    for (i = first; i <= last; i++) {
        now = life[row_of[i], a]
        if (now == "^" && (i == 1 || row_of[i - 1] != row_of[i])) bar(axis[a], y_of(i) - line_height / 2 + 2)
        if (now == "_" && row_of[i + 1] != row_of[i]) bar(axis[a], y_of(i) + line_height / 2 - 2)
    }
}

function draw_life(a, i, k, how,   y, h) {
    y = y_of(i) - line_height / 2; h = (k - i + 1) * line_height
    if (how == "|") printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"5\" height=\"%.1f\" fill=\"#000\"/>\n", axis[a] - 2.5, y, h
    else printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"%.1f\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"/>\n", axis[a] - 6, y, h
}

function bar(x, y) { printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"24\" height=\"4\" fill=\"#000\"/>\n", x - 12, y - 2 }

function draw_arrow(i,   r, a, b, x, y, s, w, way, most) {
    r = row_of[i]
    a = axis[from[r]]
    b = into[r] >= 0 ? axis[into[r]] : from[r] == 0 && actors > 1 ? a + 9 * advance : a - 9 * advance
    if (into[r] < 0 && actors == 1) b = a - 3 * advance
    way = b > a ? 1 : -1
    x = a + 8 * way; b = b - 8 * way
    y = y_of(i)
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#000\" stroke-width=\"%s\"%s/>\n", x, y - 5, b - 12 * way, y + 4.4, \
        kind_of[r] == "syn" ? "1.6" : "2.6", kind_of[r] == "fin" ? " stroke-dasharray=\"10 6\"" : ""
    if (into[r] >= 0)
        printf "<path d=\"M%.1f %.1f l%.1f -7 l0 14 z\" fill=\"#000\"/>\n", b, y + 5, -15 * way
    else
        printf "<path d=\"M%.1f %.1f l12 12 m0 -12 l-12 12\" stroke=\"#000\" stroke-width=\"3\" fill=\"none\"/>\n", b - 6, y - 1
    if (into[r] >= 0) b = axis[label_into(r)] - 8 * way
    most = (b > a ? b - a : a - b) / advance - 5
    s = width(label[r]) <= most ? label[r] : brief[r]
    if (width(s) > most) s = most >= 1 ? cut(s, int(most)) : ""
    if (s == "") return
    w = width(s) * advance * 0.9 + 12
    printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"24\" fill=\"#fff\"/>\n", (x + b) / 2 - w / 2, y - 12, w
    draw_text((x + b) / 2, y, s, "middle", 18, " font-weight=\"bold\"")
}

function look_of(how) {
    if (how == "state") return " font-weight=\"bold\""
    if (how == "error" || how == "signal") return " font-weight=\"bold\" fill=\"#a00000\""
    if (how == "typed" || how == "more" || how == "wait") return " font-style=\"italic\" fill=\"#333\""
    return ""
}

function draw_side(i, a,   s, how, x, y, w) {
    s = shown[i, a]
    if (s == "") return
    how = style[row_of[i], a]
    while (substr(s, 1, 2) == "  ") { s = substr(s, 3); indent = 1 }
    x = is_left(a) ? axis[a] - 18 : axis[a] + 18 + (indent ? 2 * advance : 0)
    indent = 0
    y = y_of(i)
    if (how == "state") {
        w = width(s) * advance + 10
        printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"27\" rx=\"5\" fill=\"#ececec\"/>\n", is_left(a) ? x - w + 5 : x - 5, y - 13.5, w
    }
    draw_text(x, y, s, is_left(a) ? "end" : "start", size, look_of(how))
}

function draw_page(   i, a, h) {
    h = top + (last - first + 1) * line_height + 74
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", picture_width + 0.99, h, picture_width + 0.99, h
    printf "<title>%s</title>\n", escape(title)
    print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
    print "<g fill=\"#000\" xml:space=\"preserve\" font-family=\"'DejaVu Sans Mono', 'Noto Sans Mono', 'Noto Sans Mono CJK KR', D2Coding, NanumGothicCoding, 'Noto Sans CJK KR', 'Malgun Gothic', 'Apple SD Gothic Neo', monospace\">"
    draw_text(margin, 34, cut(title, int((picture_width - 2 * margin) / advance) - 8), "start", 20, " font-weight=\"bold\"")
    if (pages > 1) draw_text(picture_width - margin, 34, page " of " pages, "end", 18, "")
    for (a = 0; a < actors; a++) {
        w = (width(name[a]) + 2) * advance * 1.1
        x = actors == 2 ? axis[a] : axis[a] - 20 + w / 2
        printf "<rect x=\"%.1f\" y=\"66\" width=\"%.1f\" height=\"38\" rx=\"6\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"2\"/>\n", x - w / 2, w
        draw_text(x, 85, name[a], "middle", 22, " font-weight=\"bold\"")
    }
    for (a = 0; a < actors; a++) draw_lives(a)
    for (i = first; i <= last; i++) {
        if (has_arrow[i]) draw_arrow(i)
        for (a = 0; a < actors; a++) draw_side(i, a)
    }
    draw_text(margin, h - 30, legend, "start", 13, " fill=\"#333\"")
    print "</g>\n</svg>"
}

END {
    make_ladder()
    make_lines()
    place()
    if (page_rows < 8) page_rows = drawn > 0 ? drawn : 1
    pages = page ? int((drawn + page_rows - 1) / page_rows) : 1
    if (count != "") { print int((drawn + page_rows - 1) / page_rows); exit }
    first = page ? (page - 1) * page_rows + 1 : 1
    last = page && first + page_rows - 1 < drawn ? first + page_rows - 1 : drawn
    draw_page()
}
