# ladder-text.awk - the rows of a ladder on the terminal.

function paint(code, s) { return colour ? "\033[" code "m" s "\033[0m" : s }

function actor_colour(a) { return substr("363335323431", 2 * (a % 6) + 1, 2) }

function look_of(how) {
    return how == "state" ? "1" : how == "error" ? "31" : how == "signal" ? "31;1" : how == "call" ? "0" : "2"
}

# The first actor's text stands at its left, the others' at their right.
function place(   a, gap, room) {
    if (actors == 1) { column[0] = 3; room_of[0] = width_of_screen - 7; return }
    if (actors == 2) {
        gap = width_of_screen < 110 ? 18 : int(width_of_screen * 0.2)
        room = int((width_of_screen - gap - 4) / 2)
        column[0] = room + 1; column[1] = room + gap + 2
        room_of[0] = room - 3; room_of[1] = width_of_screen - column[1] - 4
        return
    }
    room = int((width_of_screen - 2) / actors)
    for (a = 0; a < actors; a++) { column[a] = a * room + 2; room_of[a] = room - 4 }
}

function is_left(a) { return actors == 2 && a == 0 }

# cell[x] holds what stands in column x, colours and all; "" behind the first
# column of what is wider.
function clear_row(   x) { for (x = 0; x <= width_of_screen; x++) { cell[x] = " " } }

function put(x, s, code,   i, l, c) {
    for (i = 1; i <= length(s); i += l) {
        l = char_len(s, i)
        c = substr(s, i, l)
        if (x >= 0 && x <= width_of_screen) {
            cell[x] = paint(code, c)
            if (l > 2 && is_wide(c)) cell[++x] = ""
        }
        x++
    }
}

function print_row(   x, out) {
    out = ""
    for (x = 0; x <= width_of_screen; x++) out = out cell[x]
    sub(/ +$/, "", out)
    print out
}

function life_sign(l) { return l == ":" ? "┊" : l == "^" ? "┬" : l == "_" ? "┴" : "│" }

function put_lives(r,   a) {
    for (a = 0; a < actors; a++)
        if (life[r, a] != "") put(column[a], life_sign(life[r, a]), actor_colour(a) (life[r, a] == ":" ? ";2" : ""))
}

function put_arrow(r,   a, b, x, y, line, middle, s) {
    a = column[from[r]]
    b = into[r] >= 0 ? column[into[r]] : from[r] == 0 && actors > 1 ? a + 12 : a - 12 > 0 && actors > 1 ? a - 12 : a + 12
    x = a < b ? a : b; y = a < b ? b : a
    line = kind_of[r] == "fin" ? "╌" : "─"
    for (middle = x + 1; middle < y; middle++) put(middle, line, "0")
    put(b > a ? y - 1 : x + 1, into[r] < 0 ? "✗" : b > a ? "▶" : "◀", "0")
    if (into[r] >= 0) {
        b = column[label_into(r)]
        x = a < b ? a : b; y = a < b ? b : a
    }
    s = width(label[r]) <= y - x - 6 ? label[r] : brief[r]
    s = " " cut(s, y - x - 6) " "
    middle = x + 1 + int((y - x - 1 - width(s)) / 2)
    put(middle, s, kind_of[r] == "rst" ? "31;1" : "1")
}

# Text that is too long goes on in rows of its own.
function put_side(r, a, s,   x) {
    if (is_left(a)) { x = column[a] - 2 - width(s); put(x, s, look_of(style[r, a])); put(column[a] - 1, " ", "0") }
    else put(column[a] + 2, s, look_of(style[r, a]))
}

function draw_row(r,   a, n, i, part, more, most) {
    most = 0
    for (a = 0; a < actors; a++) {
        more[a] = 0
        if (side[r, a] == "") continue
        s = side[r, a] (style[r, a] == "wait" ? " … waits" : "")
        n = style[r, a] == "state" ? wrap(s, room_of[a], part) : wrap_call(s, room_of[a], part)
        more[a] = n
        if (n > most) most = n
        for (i = 1; i <= n; i++) {
            if (is_left(a)) sub(/^ +/, "", part[i])
            piece[a, i] = part[i]
        }
    }
    if (most < 1) most = 1
    for (i = 1; i <= most; i++) {
        clear_row()
        put_lives(r)
        if (from[r] != "" && i == 1) put_arrow(r)
        for (a = 0; a < actors; a++) if (i <= more[a]) put_side(r, a, piece[a, i])
        print_row()
    }
}

function print_head(   a, s) {
    clear_row()
    for (a = 0; a < actors; a++) {
        s = cut(name[a], room_of[a])
        put(is_left(a) ? column[a] - int(width(s) / 2) : column[a] - (actors == 2 ? int(width(s) / 2) : 1), s, actor_colour(a) ";1")
    }
    print_row()
}

END {
    make_ladder()
    if (!speakers) {
        print "\n " paint("2", "These programs ask the kernel for nothing but to print; so there is no ladder.")
        exit
    }
    place()
    printf "\n %s", paint("1", "The ladder")
    n = wrap("time runs downward; ┊ waits; SYN, ACK, FIN and RST are told by the states", width_of_screen - 16, part)
    for (i = 1; i <= n; i++) print (i == 1 ? "   " : blanks(14)) paint("2", part[i])
    print ""
    print_head()
    for (r = 1; r <= rows; r++) draw_row(r)
    print ""
}
