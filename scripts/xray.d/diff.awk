# diff.awk - the calls of one program beside those of another, from two logs:
# first the solution's, then the student's. Marks what is missing, extra or
# different in an argument that matters.
#
# Variables: program (the actors that run ./program are compared),
# width_of_screen, colour, title, lesson.

FNR == 1 { file++; begins[file] = events }

function paint(code, s) { return colour ? "\033[" code "m" s "\033[0m" : s }

# ---- what matters of a call ------------------------------------------------

# Calls that do the same for whoever is at the other end.
function class_of(name) {
    if (name ~ /^(send|sendto|sendmsg|write|writev)$/) return "send"
    if (name ~ /^(recv|recvfrom|recvmsg|read|readv)$/) return "recv"
    if (name ~ /^(select|poll|epoll_wait)$/) return "wait for"
    if (name ~ /^epoll_/) return "epoll"
    return name
}

# Calls by which a program only learns something, or waits.
function is_free(name) { return name ~ /^(getsockname|getpeername|getsockopt|select|poll|epoll_wait|epoll_ctl|epoll_create1|clock_nanosleep|nanosleep|sigaction|lseek|fcntl)$/ }

# A descriptor's number is chance; what opened it is not.
function role(f, fd) { return fd < 3 ? "stdio" fd : (f, fd) in opened ? opened[f, fd] : "no descriptor" }

function note_opening(f, e,   fd) {
    if (call[e] ~ /^(socket|accept|open|dup)$/ && value[e] ~ /^[0-9]+$/) opened[f, value[e]] = call[e]
    if (call[e] == "close") { fd = fd_of(e); delete opened[f, fd] }
}

function fd_of(e) { return args[e] ~ /^[0-9]+(,|$)/ ? args[e] + 0 : -1 }

# The arguments behind the descriptor, as far as they matter.
function matter(e,   a, name) {
    name = call[e]; a = args[e]
    if (fd_of(e) >= 0) sub(/^[0-9]+(, )?/, "", a)
    if (name == "socket") { sub(/\|SOCK_[A-Z|_]*/, "", a); sub(/, IPPROTO_(TCP|UDP)$/, ", 0", a); return a }
    if (name ~ /^(bind|connect|sendto)$/ && to[e] != "") return "to " without_numbers(to[e]) (name == "sendto" ? " " without_numbers(data[e]) : "")
    if (name == "listen") return a + 0 > 0 ? "more than 0" : a
    if (class_of(name) == "send") return without_numbers(data[e])
    if (class_of(name) == "recv") return a ~ /MSG_(PEEK|OOB|TRUNC)/ ? "peek" : ""
    if (name ~ /^(accept|close|waitpid|fork|socketpair|pipe)$/) return ""
    if (name == "open") { sub(/\|O_CLOEXEC/, "", a); return a }
    return a
}

# Ports that the kernel chose, process numbers and times differ in each run.
function without_numbers(s) {
    gsub(/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/, "N", s)
    gsub(/[0-9][0-9][0-9][0-9][0-9]+/, "N", s)
    return s
}

function failure(e) { return value[e] ~ /^-1 / ? substr(value[e], 4) : "" }

# ---- the two lists ---------------------------------------------------------

function collect(f, from_e, to_e,   e, runs, n) {
    n = 0
    for (e = from_e; e <= to_e; e++) {
        if (kind[e] == "step" && sign[e] == "$") runs[actor[e]] = runs_program(text[e])
        if (kind[e] != "call" || !runs[actor[e]] || value[e] == "interrupted") continue
        if (!is_free(call[e])) {
            n++
            at[f, n] = e
            key[f, n] = class_of(call[e]) (fd_of(e) >= 0 ? " of " role(f, fd_of(e)) : "")
            what[f, n] = matter(e)
        }
        note_opening(f, e)
    }
    return n
}

# Itself, or in a shell: what that one calls is not written down.
function runs_program(command) { return command ~ ("(^|[ ;&|('])\\./" program "($|[ ;&|)'])") }

# The longest common part of both lists, by key; of equally long ones the one
# where more is the same.
function compare(n, m,   i, k, same) {
    for (i = n; i >= 1; i--)
        for (k = m; k >= 1; k--) {
            best[i, k] = best[i + 1, k] > best[i, k + 1] ? best[i + 1, k] : best[i, k + 1]
            if (key[1, i] != key[2, k]) continue
            same = 10 + (what[1, i] == what[2, k])
            if (best[i + 1, k + 1] + same > best[i, k]) best[i, k] = best[i + 1, k + 1] + same
        }
    i = k = 1
    while (i <= n || k <= m) {
        if (i <= n && k <= m && key[1, i] == key[2, k] && best[i, k] == best[i + 1, k + 1] + 10 + (what[1, i] == what[2, k]))
            add_row(i++, k++)
        else if (k > m || i <= n && best[i + 1, k] + 0 >= best[i, k + 1] + 0) add_row(i++, 0)
        else add_row(0, k++)
    }
}

function add_row(i, k,   e, f) {
    n_rows++
    theirs[n_rows] = i ? at[1, i] : 0
    yours[n_rows] = k ? at[2, k] : 0
    if (!i) mark[n_rows] = "+"
    else if (!k) mark[n_rows] = "-"
    else {
        e = at[1, i]; f = at[2, k]
        mark[n_rows] = what[1, i] != what[2, k] || failure(e) != failure(f) ? "≠" : " "
    }
    if (mark[n_rows] != " " && !first_row) first_row = n_rows
}

# ---- on the screen ---------------------------------------------------------

function words(e,   s) { return e ? call[e] "(" args[e] ") = " value[e] : "" }

function verdict(r,   s) {
    if (mark[r] == "-") return "missing: " words(theirs[r])
    if (mark[r] == "+") return "extra: " words(yours[r])
    if (failure(yours[r]) != failure(theirs[r]))
        return failure(yours[r]) == "" ? "it succeeds, and should fail with " failure(theirs[r]) : "it fails with " failure(yours[r])
    return "different: " words(yours[r]) ", and not " words(theirs[r])
}

function show_row(r,   n, m, i, left, right, style) {
    n = wrap_call(words(yours[r]), half, left)
    m = wrap_call(words(theirs[r]), half, right)
    style = mark[r] == " " ? "0" : mark[r] == "+" ? "33" : "31"
    if (r == first_row) style = style ";1"
    for (i = 1; i <= n || i <= m; i++)
        print " " (r == first_row && i == 1 ? paint("31;1", "▶") : " ") " " \
            paint(style, pad(i <= n ? left[i] : "", half)) "  " paint(style, i == 1 ? mark[r] : " ") "  " \
            (i <= m ? paint(style, right[i]) : "")
}

# Of a long stretch without a mark only the ends are shown.
function show_rows(   r, s) {
    for (r = 1; r <= n_rows; r++) {
        for (s = r; s <= n_rows && mark[s] == " "; s++) ;
        if (s - r > 12) {
            show_row(r); show_row(r + 1)
            print "   " paint("2", "… " s - r - 4 " calls that agree")
            r = s - 2
        }
        show_row(r)
    }
}

END {
    begins[1] = begins[1] + 0
    if (file == 2) n = collect(1, 1, begins[2] - 1)
    m = file == 2 ? collect(2, begins[2], events) : 0
    half = int((width_of_screen - 10) / 2)
    compare(n, m)
    printf "\n %s\n\n", paint("1", title)
    print "   " paint("1", pad("yours", half)) "     " paint("1", "the solution's")
    print "   " repeat("─", half) "     " repeat("─", half)
    show_rows()
    if (!first_row) { printf "\n %s\n", "No call is missing, none is extra, none differs in an argument that matters."; exit }
    n = wrap(verdict(first_row), width_of_screen - 22, part)
    printf "\n %s  %s\n", paint("1", "first difference"), part[1]
    for (i = 2; i <= n; i++) print blanks(19) part[i]
    printf " %s\n", paint("2", "- missing   + extra   ≠ different; another way may be right too: `make check-" substr(lesson, 1, 2) "` decides")
}
