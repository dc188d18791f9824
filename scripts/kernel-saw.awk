# kernel-saw.awk - see kernel-saw. -v program=doorman -v shown=6: how many calls.

function remark(text) {
    if (!(text in said)) {
        said[text] = ++remarks
        remark_of[remarks] = text
    }
}

# The number N in htons(N) of an address.
function port_in(call) {
    if (match(call, /_port=htons\([0-9]+\)/))
        return substr(call, RSTART + 12, RLENGTH - 13) + 0
    return -1
}

function swapped(port) { return port % 256 * 256 + int(port / 256) }
function swapped_long(n) { return swapped(n % 65536) * 65536 + swapped(int(n / 65536)) }

# The room for an address that the call was told, when it was not enough: "0" in
# "[0 => 16]"; else empty.
function room_for_address(call,   words) {
    if (!match(call, /, \[[0-9]+ => [0-9]+\]/))
        return call ~ /, \[0\]/ && call !~ /NULL, \[/ ? 0 : ""
    split(substr(call, RSTART + 3, RLENGTH - 4), words, " => ")
    return words[1] + 0 < words[2] + 0 ? words[1] + 0 : ""
}

# Calls that start a program, or stdio's own, tell nothing about a socket.
function tells(name, call) {
    if (name ~ /^(execve|brk|mmap|munmap|mprotect|arch_prctl|set_tid_address|set_robust_list|rseq|prlimit64|getrandom|newfstatat|fstat|statx|access|pread64|futex|rt_sigprocmask|rt_sigreturn|readlink|sysinfo|ioctl|uname|getcwd)$/)
        return 0
    if (call ~ /^openat\(.*(ld\.so|\/lib|\/etc\/|locale|\/proc\/|\/sys\/)/)
        return 0
    if (call ~ /^fcntl\([012], F_GETFD/)
        return 0
    return started
}

# The result stays.
function shorten(call, most,   result) {
    if (length(call) <= most)
        return call
    if (match(call, / = [^="]*$/))
        result = substr(call, RSTART)
    return substr(call, 1, most - 1 - length(result)) "…" result
}

function look(call, name) {
    if (name == "bind" || name == "connect" || name == "sendto") {
        port = port_in(call)
        if (port in typed)
            ;
        else if (swapped(port) in typed)
            remark(name " asked for port " port ": that is " swapped(port) \
                " with its two bytes swapped. Did you forget htons?")
    }
    if (name ~ /^(bind|connect|sendto)$/ && port_in(call) > 0)
        known[port_in(call)] = 1
    if (name ~ /^(accept4?|getsockname|getpeername|recvfrom)$/ && port_in(call) > 0)
        known[port_in(call)] = 1
    # Who writes much passes all numbers in time, and means no port by them.
    if (name ~ /^(write|sendto)$/ && ++writes <= 50 && match(call, /"[^"]*"/))
        look_for_swapped(substr(call, RSTART, RLENGTH), name)
    if (call ~ /= -1 ENOTSOCK/)
        remark("ENOTSOCK: descriptor " first_number(call) " of this " name " is no socket")
    if (name == "connect" && call ~ /= -1 (EISCONN|EALREADY)/)
        remark(error_of(call) ": this socket has a peer, or still seeks one; another peer needs a socket of its own")
    if (call ~ /= -1 EBADF/ && match(call, /cmsg_data=\[-[0-9]+/))
        remark("EBADF: descriptor " substr(call, RSTART + 11, RLENGTH - 11) ", which this " name " was to pass on, is none")
    else if (call ~ /= -1 EBADF/)
        remark("EBADF: descriptor " first_number(call) " of this " name " is not open")
    if (call ~ /= -1 (ENOTCONN|EPIPE)/ && (first_number(call) in listening))
        remark(error_of(call) ": " name " on descriptor " first_number(call) \
            ", which listens; accept gives another one for each connection")
    if (name == "listen" && call ~ /= 0$/)
        listening[first_number(call)] = 1
    if (name ~ /^(accept4?|getsockname|getpeername|recvfrom)$/) {
        room = room_for_address(call)
        if (room != "")
            remark(name " was told that there is room for " room " bytes of address: set addrlen before each call")
        else if (call ~ /= -1 EINVAL/ && name != "recvfrom")
            remark(name " got EINVAL: is addrlen set before the call?")
    }
    if (name ~ /^(recvfrom|read)$/ && match(call, /, [0-9]+[,)]/)) {
        length_asked = substr(call, RSTART + 2, RLENGTH - 3) + 0
        if (length_asked >= 16777216 && swapped_long(length_asked) < 16777216)
            remark(name " was to take " length_asked " bytes: that is " swapped_long(length_asked) \
                " with its four bytes swapped. Did you forget ntohl?")
    }
    if (call ~ /= -1 E/) {
        error = error_of(call)
        if (++failed[name " " error] == 1000)
            remark(name " failed with " error " a thousand times and more: the program spins")
    }
}

# A port that was printed or sent as the kernel has it.
function look_for_swapped(text, name) {
    while (match(text, /[0-9]+/)) {
        number = substr(text, RSTART, RLENGTH) + 0
        if (number < 65536 && !(number in known) && !(number in typed) && swapped(number) in known)
            remark(number " was written: that is port " swapped(number) \
                " with its two bytes swapped. Did you forget ntohs?")
        text = substr(text, RSTART + RLENGTH)
    }
}

function error_of(call) {
    sub(/.*= -1 /, "", call)
    sub(/ .*/, "", call)
    return call
}

function first_number(call) {
    sub(/^[a-z0-9_]+\(/, "", call)
    return call + 0
}

# Does this call execute the program? A plain user's tracer may not see its name.
function starts_it(call) {
    return call ~ /^execve\(0x/ || match(call, /^execve\("[^"]*"/) &&
        substr(call, RLENGTH - length(program) - 1, length(program) + 2) == "/" program "\""
}

# ACTOR and PROCESS in DIRECTORY/ACTOR.PROCESS
function actor_of(file) {
    sub(/.*\//, "", file)
    sub(/\.[^.]*$/, "", file)
    return file
}
function process_of(file) {
    sub(/.*\./, "", file)
    return file
}

# Is a process, when it begins, one of the program's? Its parent has said so; unless
# that one was in a process namespace, where numbers are others. Then all of an
# actor's are that runs the program at all.
function begins_as_ours(file) {
    if (process_of(file) in born)
        return born[process_of(file)]
    return actor_of(file) in runs_it
}

# Which actors run the program, and whose child each process is. The first process
# comes first.
function look_at_births(file,   call, is_ours) {
    is_ours = process_of(file) in born && born[process_of(file)]
    while ((getline call < file) > 0) {
        if (call ~ /^execve.*= 0$/) {
            is_ours = starts_it(call)
            if (is_ours && !(actor_of(file) in runs_it)) {
                runs_it[actor_of(file)] = 1
                actors++
            }
        }
        if (call ~ /^(clone3?|v?fork)\(.*= [0-9]+$/) {
            sub(/.*= /, "", call)
            born[call] = is_ours
        }
    }
    close(file)
}

BEGIN {
    for (i = 1; i < ARGC; i++)
        look_at_births(ARGV[i])
}

# A file is a process.
FNR == 1 {
    ours = begins_as_ours(FILENAME)
    gone = 0
    started = !/^execve/
    beginning = total
}

# The terminal is taken away when the scene is over: what comes then is no news.
/= -1 EIO|^--- SIGHUP .*SI_KERNEL|^\+\+\+ killed by SIGKILL/ { gone = 1 }
gone { next }

{
    call = $0
    name = call
    sub(/\(.*/, "", name)
}

name == "execve" && call ~ /= 0$/ {
    total = beginning # what was done before that was somebody else's
    ours = starts_it(call)
    started = 0
    # The ports that the command line names.
    while (ours && match(call, /"[0-9]+"/)) {
        typed[substr(call, RSTART + 1, RLENGTH - 2) + 0] = 1
        call = substr(call, RSTART + RLENGTH)
    }
    next
}

!ours || call ~ /^\+\+\+ exited|^--- SIGCHLD/ { next }

{
    # The loader asks for the limit of the stack last.
    if (name == "prlimit64" || name == "getrandom")
        started = 1
    if (!tells(name, call))
        next
    look(call, name)
    if (call == last) {
        again++
        next
    }
    if (again)
        lines[total] = lines[total] "   (and " again " times more)"
    again = 0
    last = call
    gsub(/\) +=/, ") =", call)
    lines[++total] = (actors > 1 ? actor_of(FILENAME) ": " : "") shorten(call, 110)
}

END {
    if (again)
        lines[total] = lines[total] "   (and " again " times more)"
    if (total == 0)
        exit
    print ""
    print "  what the kernel saw last, when it was played once more"
    for (i = total > shown ? total - shown + 1 : 1; i <= total; i++)
        print "    " lines[i]
    for (i = 1; i <= remarks; i++)
        print "  → " remark_of[i]
}
