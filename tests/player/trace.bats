#!/usr/bin/env bats
# Lines with %, and --trace: what the kernel saw.
load player

setup_file() { build writes; }

before_each() { [ -n "$(command -v strace)" ] || skip "needs strace"; }

@test "% waits for the next call that matches, in order" {
    holds <<'END'
@needs strace
a$ sh -c 'echo one; echo two; read -r x; exit 3'
a% write(1, "one\n", 4) = 4
a| one
a% write(1, "two\n", {n:[0-9]}) = {n}
a| two
a~ read
a^D
a% exit_group(3) = ?
a= 3
END
}

@test "in % lines a backslash is strace's, a brace too; \\{ and \\\$ are escapes" {
    holds <<'END'
@needs strace
a$ printf 'x\t\{...} \$PORT \\ \n'
a% write(1, "x\t\{...} \$PORT \\ \n", 17) = 17
a| {...}
a= 0
b$ cat
b% newfstatat(1, "", {st_mode=S_IFCHR|{mode:[0-7]+}, {...}) = 0
b^D
b= 0
END
} 

@test "calls that came before the last one that matched are not looked at again" {
    fails 5 <<'END'
@needs strace
a$ sh -c 'echo one; echo two'
a% write(1, "two\n", 4) = 4
a| one
a% write(1, "one\n", 4) = 4
a| two
a= 0
END
    says "no such system call"
}

@test "in @any, one actor's calls in any order" {
    holds <<'END'
@needs strace
a$ sh -c 'echo one; echo two'
@any
a% write(1, "two\n", 4) = 4
a% write(1, "one\n", 4) = 4
a| one
a| two
@end
a= 0
END
}

@test "calls of children, and calls that another one interrupted" {
    holds <<'END'
@needs strace
a$ sh -c '(read -r x; exit 7) & wait $!'
a% exit_group(7) = ?
a% wait4({...}WEXITSTATUS(s) == 7{...}
a= 7
END
}

@test "a traced program keeps its status and its signals" {
    holds <<'END'
@needs strace
a$ sh -c 'read -r x; exit 3'
a% execve({...}) = 0
a^D
a= 3
a$ sleep 100
a~ nanosleep
a% execve({...}) = 0
a^C
a= SIGINT
END
}

@test "--trace: each step, and above it the calls that led to it" {
    cat >scene <<'END'
# Not a step.
a$ ./writes
a| one
a! err
a| part\c
a< x
a| {x:x+}
a| by writev
a| by dup
a| end
a= 3
END
    "$PLAY" --check --from "$BATS_FILE_TMPDIR" --trace events scene
    grep -E '^a([^%]|% (writev?\(|read\(0|exit))' events |
        sed 's/"x\{256\}"[.]*/xxx/' >short
    diff short - <<'END'
a$ ./writes
a% write(1, "one\n", 4) = 4
a| one
a% write(2, "err\n", 4) = 4
a! err
a% write(1, "part", 4) = 4
a| part\c
a< x
a% read(0, "x\n", 3001) = 2
a% write(1, xxx, 3001) = 3001
a| {x:x+}
a% writev(1, [{iov_base="by ", iov_len=3}, {iov_base="writev\n", iov_len=7}], 2) = 10
a| by writev
a% write(3, "by dup\n", 7) = 7
a% write(1, "end\n", 4) = 4
a% exit_group(3) = ?
a| by dup
a| end
a= 3
END
}

@test "--trace gives the same events each time, but for numbers" {
    # The kernel's own numbers: addresses, processes, ports, random bytes.
    same() {
        sed -E 's/0x[0-9a-f]+|[0-9]+/N/g
            /= \? ERESTART/d # was it asleep already when the signal came?
            s/getrandom\("[^"]*"/getrandom("/' "$1"
    }
    runs=${RUNS:-5}
    for scene in "$ROOT"/lessons/0[1-5]*/transcript; do
        for ((i = 0; i < runs; i++)); do
            status=0
            "$PLAY" --check --trace events "$scene" || status=$?
            [ "$status" -ne 3 ] || continue 2
            [ "$status" -eq 0 ]
            same events >"same.$i"
            diff same.0 "same.$i"
        done
    done
}
