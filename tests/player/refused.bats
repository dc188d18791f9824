#!/usr/bin/env bats
# Every kind of bad transcript: file, line, what was expected there, status 2,
# and nothing is started.
load player

# bad LINE TEXT SCENE...: the lines of SCENE, behind one that would start
# something, are refused at LINE (counted from that first one).
bad() {
    local line=$1 text=$2
    shift 2
    refuses "$line" "$text" < <(
        printf '%s\n' "a\$ touch $BATS_TEST_TMPDIR/started" "$@")
    [ ! -e started ]
    [ -z "$(ls -A "$TMPDIR")" ]
}

@test "nothing is started, even by a good transcript beside the bad one" {
    printf 'a$ touch %s/started\na= 0\n' "$PWD" >good
    printf 'a$ true\n' >bad
    run "$PLAY" --check good bad
    echo "$output"
    [ "$status" -eq 2 ]
    [ "$output" = "bad:1: the file ends; expected \`a= STATUS\`: how a, started in line 1, ends" ]
    [ ! -e started ]
    "$PLAY" --check good
    [ -e started ]
}

@test "a line that is none" {
    for line in hello 'A| x' '1| x' 'a? x' ' a| x' '#x' '| x' 'a b| x' '-a| x'; do
        bad 2 'expected `# narration`, a directive as `@any`, or' "$line"
    done
}

@test "no blank behind the sign" {
    bad 2 'expected a space after |' 'a|x'
    bad 2 'expected a space after =' 'a=0'
}

@test "an actor that has not started, has ended, has not ended" {
    bad 2 'no actor b has started; expected `b$ COMMAND`' 'b| x' 'a= 0'
    bad 3 'a has ended; expected `a$ COMMAND`' 'a= 0' 'a| x'
    bad 2 'a is still on stage since line 1; expected `a= STATUS`' 'a$ true'
    bad 2 'the file ends; expected `a= STATUS`: how a, started in line 1' '# x'
}

@test "a name that is too long for a column" {
    bad 2 'at most 32 characters' 'a23456789012345678901234567890123$ x'
}

@test "no command, an empty scene" {
    bad 2 'expected a command after $' 'b$'
    refuses 1 'the scene is empty; expected `NAME$ COMMAND`' <<<'# only this'
    refuses 0 'the scene is empty' </dev/null
}

@test "statuses that there are not" {
    for status in '' 256 -1 1x SIGNOTHING INT 'SIGINT ' ' 0'; do
        bad 2 'expected an exit status from 0 to 255 or a signal' "a= $status"
    done
}

@test "keys and signals that there are not" {
    bad 2 'unknown key or signal ^Z; expected ^D, ^C or' 'a^Z'
    bad 2 'unknown key or signal ^' 'a^'
    bad 2 'unknown key or signal ^c' 'a^c'
}

@test "system calls that there are not" {
    bad 2 'acceptt is no system call of this machine' 'a~ acceptt'
    bad 2 'expected the name of a system call after ~' 'a~'
}

@test "a % line without @needs strace, an empty one" {
    bad 2 'expected `@needs strace` before the scene' 'a% close(3)'
    refuses 3 'expected a system call after %' < <(
        printf '%s\n' '@needs strace' 'a$ true' 'a%' 'a= 0')
}

@test "escapes that there are not" {
    bad 2 'unknown escape; there are \n \r \t' 'a| \q'
    bad 2 'unknown escape; there are \n \r \t' 'a| x\'
    bad 2 '\x needs two hexadecimal digits' 'a| \x1'
    bad 2 '\x needs two hexadecimal digits' 'a| \xg0'
    bad 2 '\c (no newline follows) stands only at the end' 'a| x\cy'
}

@test "captures that cannot be" {
    bad 2 'a capture that no } closes' 'a| {x:[0-9]+'
    bad 2 'a capture that no } closes' 'a| {x:[}'
    bad 2 'the regular expression a{2,1}' 'a| {x:a{2,1}}'
    bad 2 'the regular expression (a' 'a| {x:(a}'
    bad 2 'a ) that no ( opens' 'a| {x:a)}'
    bad 2 'a \ and a digit refers to nothing' 'a| {x:(a)\1}'
    bad 2 '{x} was not captured before; expected {x:REGULAR' 'a| {x}'
    bad 2 '{x} was not captured before' 'a| {x} {x:.}'
    bad 3 '{x} was not captured before' '@any' 'a| {x}' '@end' 'a| {x:.}' 'a= 0'
    bad 2 'more than 9 groups' 'a| {x:(((((((((a)))))))))} {x}'
}

@test "a value that was not given" {
    bad 2 '$HOST has no value; expected $PORT, $PORT2 ... $PORT9, one given with --set HOST=...' 'a| $HOST'
    bad 2 '$PORT1 has no value' 'a| $PORT1'
    bad 2 '$PORT10 has no value' 'b$ echo $PORT10'
}

@test "choice where there is none: in commands and typed lines" {
    bad 2 'a line that starts a program has no {...} and no capture' 'b$ echo {x:.}'
    bad 2 'a line that is typed has no {...} and no capture' 'a< {...}'
}

@test "what a terminal does not pass on" {
    bad 2 '\x04 cannot be typed' 'a< x\x04y'
    bad 2 'a typed line has at most 4095 bytes' \
        "a< $(printf '%4096s' '' | tr ' ' x)"
}

@test "a captured text that a terminal does not pass on fails when it is typed" {
    fails 3 <<'END'
a$ sh -c 'printf "\004\n"; cat'
a| {x:.}
a< {x}
a^D
a= 0
END
    says '\x04 cannot be typed'
}

@test "directives in the wrong place, form or nowhere known" {
    bad 2 '@needs stands before the scene' '@needs strace'
    bad 2 '@deadline stands before the scene' '@deadline 3'
    bad 2 'unknown directive @foo; there are @needs, @network own' '@foo'
    for text in '@needs|@needs names one tool' '@network|only `@network own`' \
        '@network host|only `@network own`' '@user me|only `@user nobody` and `@user root`' \
        '@user root|expected `@network own` above' '@sysctl net.x=1|expected `@network own` and `@user root` above' \
        '@sysctl kernel.x=1|as in `@sysctl net.ipv4.icmp_echo_ignore_all=1`' '@sysctl net.x|setting and its value' \
        '@sysctl net.x=|setting and its value' '@sysctl net./x=1|setting and its value' \
        '@deadline|takes seconds' '@deadline 0|takes seconds' \
        '@deadline x|takes seconds' '@deadline 3601|at most 3600' \
        '@deadline nan|takes seconds'; do
        refuses 1 "${text#*|}" < <(printf '%s\n' "${text%|*}" 'a$ true' 'a= 0')
    done
}

@test "@any and @end" {
    bad 2 'an @end without an @any' '@end'
    bad 3 'an @any inside the @any of line 2' '@any' '@any'
    bad 3 'nothing stands between @any and @end' '@any' '@end'
    bad 3 'the file ends; expected the @end of the @any in line 2' '@any' 'a= 0'
    bad 3 'only lines to expect (| ! % ~ =) stand between' '@any' 'a< x'
    bad 2 '@any stands alone' '@any x'
    bad 4 '@end stands alone' '@any' 'a| x' '@end x'
}

@test "a NUL, Windows' line ends, a byte order mark" {
    refuses 2 'a NUL byte; expected \x00' < <(printf 'a$ true\na| x\0\n')
    refuses 1 'the line ends in a carriage return' < <(printf 'a$ true\r\n')
    refuses 1 'expected `# narration`' < <(printf '\357\273\277# x\n')
}

@test "a file that cannot be read" {
    run "$PLAY" nothing.transcript
    [ "$status" -eq 2 ]
    [ "$output" = "nothing.transcript: No such file or directory; expected a transcript" ]
    run "$PLAY" .
    [ "$status" -eq 2 ]
    [[ $output == ".: Is a directory"* ]]
}

@test "options that make no sense" {
    printf 'a$ true\na= 0\n' >scene
    while read -r text options; do
        # shellcheck disable=SC2086  # several words
        run "$PLAY" $options
        echo "$options: $output"
        [ "$status" -eq 2 ]
        [[ $output == *"${text//_/ }"*"\`play --help\` lists"* ]]
    done <<'END'
expected_a_transcript
expected_a_transcript --check
unknown_option --frobnicate scene
without_its_value scene --actor
takes_NAME --actor a scene
capital_letters --set =x scene
capital_letters --set word=x scene
only_one_of --check --record scene
no_actor_of_the_scene_has_the_name_b --actor b=true scene
no_actor_of_the_scene_has_the_name_b --wrap b=env scene
one_transcript --trace t scene scene
one_transcript --verify t scene scene
only_once - -
standard_input --step -
END
    run "$PLAY" --help
    [ "$status" -eq 0 ]
    [[ $output == "usage: play "* ]]
}
