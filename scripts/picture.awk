# picture.awk - a terminal's screen, with its colour sequences, as an SVG.

BEGIN {
    split("30=#2e3440 31=#bf3b46 32=#3f8f4f 33=#a8700a 34=#3565a8 35=#9b3f94 36=#14808a", pairs, " ")
    for (i in pairs) { split(pairs[i], pair, "="); colour[pair[1]] = pair[2] }
    height = 20; width = 8.43
}

function escape(text) {
    gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
    return text
}

function set_style(codes,   n, list, i) {
    n = split(codes, list, ";")
    if (n == 0) { fill = ""; bold = italic = faint = 0 }
    for (i = 1; i <= n; i++) {
        if (list[i] == 0) { fill = ""; bold = italic = faint = 0 }
        else if (list[i] == 1) bold = 1
        else if (list[i] == 2) faint = 1
        else if (list[i] == 3) italic = 1
        else if (list[i] == 39) fill = ""
        else if (list[i] in colour) fill = colour[list[i]]
    }
}

function part(text,   style) {
    if (text == "") return ""
    if (fill != "") style = style " fill=\"" fill "\""
    if (bold) style = style " font-weight=\"bold\""
    if (italic) style = style " font-style=\"italic\""
    if (faint) style = style " opacity=\"0.7\""
    return "<tspan" style ">" escape(text) "</tspan>"
}

{
    rest = $0; out = ""
    while (match(rest, /\033\[[0-9;]*m/)) {
        out = out part(substr(rest, 1, RSTART - 1))
        codes = substr(rest, RSTART + 2, RLENGTH - 3)
        rest = substr(rest, RSTART + RLENGTH)
        set_style(codes)
    }
    row[NR] = out part(rest)
}

END {
    w = 84 * width + 40; h = NR * height + 40
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", w, h, w, h
    printf "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#fbfbf9\" stroke=\"#d0d0c8\"/>\n"
    printf "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\" fill=\"#2e3440\" xml:space=\"preserve\">\n"
    for (i = 1; i <= NR; i++)
        if (row[i] != "") printf "<text x=\"20\" y=\"%d\">%s</text>\n", 20 + i * height - 5, row[i]
    print "</g>\n</svg>"
}
