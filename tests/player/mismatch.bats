#!/usr/bin/env bats
# Every kind of mismatch, and the story that it tells.
load player

@test "a wrong line: expected, got, the first difference, states, last lines" {
    fails 4 <<'END'
server$ sh -c 'echo one; echo two; read -r x'
server| one
# In the middle of the second word.
server| tWo
server^D
server= 1
END
    # Where it is just then depends on who is faster.
    diff - <(sed 's/running, after/asleep in read, after/' <<<"$output") <<'END'
✗ standard input   standard input:4

       1  server$ sh -c 'echo one; echo two; read -r x'               ok
       2  server| one                                                 ok
       3  # In the middle of the second word.
  →    4  server| tWo
        expected  tWo
        got       two
                   ^ the first difference

  server       asleep in read, after it had printed
               one
END
}

@test "bytes that cannot be seen are seen, and the mark stands under the first" {
    fails 2 <<'END'
a$ printf 'a\0b\tc \302\240\342\200\213\033[1m\377\r\n'
a| a\x00b\tc  x
a= 0
END
    shows 'a\x00b\tc  x' 'a\x00b\tc \xc2\xa0\xe2\x80\x8b\x1b[1m\xff\r'
    says $'\n'"                            ^ the first difference"
}

@test "wide characters: the mark stands below their columns" {
    fails 2 <<'END'
a$ echo '안녕!!'
a| 안녕?!
a= 0
END
    says "        got       안녕!!"$'\n'"                      ^ the first"
    fails 2 <<'END'
a$ echo '안녕'
a| 안년
a= 0
END
    says "        got       안녕"$'\n'"                    ^ the first"
}

@test "a line that ends too early, and one that goes on" {
    fails 2 <<'END'
a$ echo one
a| one two
a= 0
END
    says $'\n'"                     ^ ends here; more was expected"
    fails 2 <<'END'
a$ echo one two
a| one
a= 0
END
    says $'\n'"                     ^ the first difference"
}

@test "a long line is shown around its first difference" {
    fails 2 <<'END'
a$ sh -c 'head -c 5000 /dev/zero | tr "\0" x; echo y'
a| {x:x+}z
a= 0
END
    says "got       …xxxx" "xxxy" "^ the first difference"
    [[ ${#output} -lt 2000 ]]
}

@test "a line without its newline, and a newline where none is expected" {
    fails 2 <<'END'
a$ printf one
a| one
a= 0
END
    says "the line has no newline at its end: expected without \\c"
    fails 3 <<'END'
a$ printf 'one\n'
a| one\c
a= 0
END
    shows "no more lines on stdout" $'\n'
}

@test "an extra line on stdout is told at once, where the scene stands" {
    fails 3 <<'END'
a$ sh -c 'echo one; echo two; exec sleep 100'
a| one
a= 0
END
    shows "no more lines on stdout" "two"
}

@test "a line on stderr that nobody expects stands where the scene waits" {
    fails 2 <<'END'
a$ sh -c 'echo trouble >&2; exec sleep 100'
a| ready
a| steady
a^C
a= SIGINT
END
    shows ready trouble
    says "on stderr, where no line is expected"
}

@test "the right line on the wrong stream" {
    fails 2 <<'END'
a$ sh -c 'echo hello; echo bye'
a! hello
a| bye
a= 0
END
    shows hello hello
    says "on stdout, not on stderr"
    fails 2 <<'END'
a$ sh -c 'echo bye >&2; echo hello >&2'
a| bye
a! hello
a= 0
END
    says "on stderr, not on stdout"
}

@test "no line: the program has ended, or has closed its output" {
    fails 3 <<'END'
a$ sh -c 'echo one; exit 3'
a| one
a| two
a= 0
END
    shows two "nothing more on stdout: a ended with 3"
    says "a            ended with 3, after it had printed" "one"
    fails 2 <<'END'
a$ sh -c 'exec >&- <&-; exec sleep 100'
a| one
a^C
a= SIGINT
END
    shows one "nothing more on stdout: a has closed it"
}

@test "no line and everybody asleep; with what stands there unfinished" {
    fails 2 <<'END'
a$ sh -c 'printf "one, tw"; printf thr >&2; read -r x'
a| one, two
a^D
a= 1
b$ true
b= 0
END
    says "nothing: everybody sleeps, and nobody will wake up" \
        "on stdout without a newline so far: one, tw" \
        "on stderr without a newline so far: thr" \
        "a            asleep in read" "b            not started yet"
}

@test "no line within the deadline" {
    fails 3 <<'END'
@deadline 0.3
a$ sleep 100
a| one
a= 0
END
    says "nothing within 0.3 s"
}

@test "a wrong status, a wrong signal, the one for the other, no end" {
    fails 2 <<'END'
a$ sh -c 'exit 3'
a= 4
END
    shows "a to end with 4" "a ended with 3"
    fails 2 <<'END'
a$ sh -c 'kill -TERM $$'
a= SIGINT
END
    shows "a to end by SIGINT" "a ended by SIGTERM"
    fails 2 <<'END'
a$ sh -c 'kill -PIPE $$'
a= 141
END
    shows "a to end with 141" "a ended by SIGPIPE"
    fails 2 <<'END'
a$ cat
a= 0
END
    shows "a to end" "a is asleep in read"
}

@test "an action comes too late" {
    for action in '< x' '^D' '^C'; do
        run "$PLAY" --check - <<END
a\$ sh -c 'echo \$\$; exit 5'
a| {pid:[0-9]+}
b\$ sh -c 'until grep -qs "^State:.Z" /proc/{pid}/status || ! test -e /proc/{pid}; do :; done'
b= 0
a$action
a= 5
END
        echo "$output"
        [ "$status" -eq 1 ]
        says "standard input:5" "too late: a ended with 5"
    done
}

@test "an actor's end is told although another one is waited for" {
    fails 5 <<'END'
a$ sh -c 'echo one; exit 5'
a| one
b$ sleep 100
b~ nanosleep
a= 0
b^C
b= SIGINT
END
    shows "a to end with 0" "a ended with 5"
}

@test "a program that cannot be started says so itself" {
    fails 2 <<'END'
a$ ./nothing-here
a| hello
a= 0
END
    says "not found" "on stderr, where no line is expected"
}

@test "what stands for a name, and what was said on stderr into a file" {
    fails 3 --set 'WORD=안 녕' --set OTHER=x --set WORDS=y <<'END'
a$ sh -c 'for i in 1 2 3 4; do echo "a: socket: $i" >&2; done; read -r x' 2>errors
a< $WORD
a| $PORT is not there
a= 0
b$ echo $OTHER
b= 0
END
    says '               and on stderr
               a: socket: 2
               a: socket: 3
               a: socket: 4
'
    [[ $output != *'socket: 1'* ]]
    grep -qxE '  where        \$WORD is 안 녕, \$PORT is [0-9]+' <<< "$output"
    [[ $output != *'OTHER'* ]]
    [[ $output != *'WORDS'* ]]
}

@test "nothing but a regular file of its own is read as stderr" {
    fails 2 <<'END'
a$ sh -c 'rm errors; ln -s /etc/passwd errors; read -r x' 2>errors
a| hello
a^D
a= 0
END
    [[ $output != *'on stderr'* ]]
    fails 2 <<'END'
a$ sh -c 'rm errors; mkfifo errors; read -r x' 2>errors
a| hello
a^D
a= 0
END
    [[ $output != *'on stderr'* ]]
}

@test "only the last steps are told, and the number of the others" {
    {
        echo "a\$ seq 20"
        for i in {1..18}; do echo "a| $i"; done
        echo "a| 91"
        echo "a= 0"
    } >scene
    fails 20 <scene
    says "(13 earlier lines held)" "a| 13" "a| 18" "→   20  a| 91"
}

@test "where a line can no longer come, those before it say how far the scene is" {
    fails 10 <<'END'
x$ true
a$ sh -c 'echo go; exit 3'
a| go
b$ sleep 100
b| 1
b| 2
b| 3
b| 4
b| 5
a| later
a= 3
b= 0
x= 0
END
    says "(1 earlier line held)" "a| go   " " ok" "b| 1 " "not yet" "b| 2 " "not yet" "b| 3 " "not yet" \
        "(2 more lines)" "→   10  a| later" "got       nothing more on stdout: a ended with 3"
    fails 2 <<<$'a$ true\na= 1'
    [[ $output != *earlier* ]]
}

@test "a long line that was expected is told around the difference, too" {
    fails 2 --set "TEXT=$(printf 'x%.0s' {1..5000})y" <<'END'
a$ sh -c 'head -c 5000 /dev/zero | tr "\0" x; echo z'
a| $TEXT
a= 0
END
    says "expected  …xxxx" "xxxy"$'\n' "got       …xxxx" "xxxz"$'\n'
    [[ ${#output} -lt 2000 ]]
    mark=${output%%^*} mark=${mark##*$'\n'}
    got=${output##*got } got=${got%%z$'\n'*}
    [ ${#mark} -eq $((8 + 4 + ${#got})) ]
    fails 2 --set "TEXT=$(printf 'x%.0s' {1..5000})y" <<'END'
a$ echo 안녕
a| $TEXT
a= 0
END
    says "expected  xxxx" "xxxx…"$'\n' "got       안녕"$'\n'
    [[ ${#output} -lt 2000 ]]
}

@test "a long line on stderr stands in rows of whole words" {
    fails 2 <<'END'
a$ sh -c 'echo "what: this is a long message that says [EWHY]   hint: and it ends with what should be done about it" >&2; exit 3' 2>errors
a= 0
END
    says "and on stderr" "what: this is" "[EWHY]   hint: and it"$'\n' "                 ends with what should be done about it"
}

@test "what was printed and not asked for is told of an actor, too" {
    fails 4 <<'END'
a$ sh -c 'echo one; echo two; exit 3'
a| one
b$ sleep 100
b| x
a| two
a= 3
b= 0
END
    says "a            ended with 3, after it had printed" "one" "two"
}

@test "the command to run again: make for a lesson, else the same command" {
    mkdir -p lessons/77-x/experiments 'odd dir'
    printf 'a$ true\na= 1\n' | tee lessons/77-x/transcript \
        lessons/77-x/experiments/foo.transcript >'odd dir/s.transcript'
    run "$PLAY" lessons/77-x/transcript
    [[ $output == *"again        make run-77" ]]
    run "$PLAY" --check lessons/77-x/experiments/foo.transcript
    says "77-x foo   lessons/77-x/experiments/foo.transcript:2" \
        "again        make run-77 SCENE=foo"
    run "$PLAY" --check --set 'X=a b' 'odd dir/s.transcript'
    says "again        $PLAY --set 'X=a b' 'odd dir/s.transcript'"
    again=${output##*again        }
    run sh -c "$again"
    [ "$status" -eq 1 ]
    run "$PLAY" --again 'make check-77' lessons/77-x/transcript
    [[ $output == *"again        make check-77" ]]
}
