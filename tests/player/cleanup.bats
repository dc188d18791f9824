#!/usr/bin/env bats
# However a scene ends, nothing that it started is alive, and its directory is
# gone. (Every test's teardown asks that; here are the hard cases.)
load player

setup_file() { build swarm deep; }

# An actor that will not leave by itself: it ignores signals, has a child in a
# session of its own, and a daemon.
stubborn="sh -c 'trap \"\" HUP INT TERM QUIT; setsid sleep 1000 & (setsid sh -c \"trap \\\"\\\" TERM HUP; sleep 1000; sleep 1000\" &) ; echo ready; sleep 1000; sleep 1000'"

a_crowd() { [ "$(survivors | wc -l)" -gt 3 ]; }

# Start the player in the background and wait until its actor is ready.
start_stubborn() {
    printf '%s\n' '@deadline 60' "a\$ $stubborn" 'a| ready' 'a| never' 'a= 0' \
        >scene
    setsid env --default-signal=INT,QUIT "$PLAY" scene >out 2>&1 3>&- &
    player=$!
    wait_until grep -q ready out
    wait_until a_crowd
}

end_of_player() {
    status=0
    wait "$player" || status=$?
    # Not a moment later: when the player has ended, everybody has.
    nobody_is_left
    [ -z "$(ls -A "$TMPDIR")" ]
}

@test "SIGINT, SIGTERM, SIGHUP and SIGQUIT end the player, by that signal" {
    ulimit -c 0
    for signal in INT TERM HUP QUIT; do
        start_stubborn
        kill -"$signal" "$player"
        end_of_player
        [ "$(kill -l "$status")" = "$signal" ]
    done
}

@test "Ctrl-C comes to the whole group" {
    for _ in 1 2 3 4 5; do
        start_stubborn
        kill -INT -"$player"
        end_of_player
        [ "$(kill -l "$status")" = INT ]
    done
}

child_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }

@test "SIGKILL of the command itself, alone or with its whole group" {
    for group in '' -; do
        start_stubborn
        kill -KILL -- "$group$player"
        wait "$player" || true
        wait_until nobody_is_left
        [ -z "$(ls -A "$TMPDIR")" ]
    done
}

@test "SIGKILL of the second guard" {
    start_stubborn
    kill -KILL "$(child_of "$player")"
    end_of_player
    [ "$status" -eq 1 ]
    grep -q 'scene: the player itself failed (SIGKILL)' out
}

@test "SIGKILL of the performer" {
    start_stubborn
    kill -KILL "$(child_of "$(child_of "$player")")"
    end_of_player
    [ "$status" -eq 1 ]
    grep -q 'scene: the player itself failed (SIGKILL)' out
}

@test "a scene that fails, with everybody still at work" {
    printf '%s\n' "a\$ $stubborn" 'a| redy' 'a= 0' >scene
    run "$PLAY" --check scene
    nobody_is_left
    [ "$status" -eq 1 ]
}

@test "a scene that holds, and an actor that left a daemon" {
    holds <<'END'
a$ sh -c '(setsid sh -c "trap \"\" TERM HUP; sleep 1000; sleep 1000" >/dev/null 2>&1 &); echo done'
a| done
a= 0
END
    nobody_is_left
}

@test "a crash, and a core of its own" {
    ulimit -c 0
    holds <<'END'
a$ sh -c 'sleep 1000 & kill -SEGV $$'
a= SIGSEGV
END
    nobody_is_left
}

@test "a swarm of daemons that ignore every signal" {
    fails 3 --from "$BATS_FILE_TMPDIR" <<'END'
a$ ./swarm 200
a| begins
a| never
a= 0
END
    nobody_is_left
}

@test "thousands of children of one parent, and nobody else is hurt" {
    sleep 1000 3>&- &
    bystander=$!
    fails 3 --from "$BATS_FILE_TMPDIR" <<'END'
a$ ./swarm 3000 flat
a| begins
a| never
a= 0
END
    says "got       ready"
    [ "$(survivors)" = "/proc/$bystander/environ" ]
    kill "$bystander"
}

@test "a stopped actor" {
    fails 2 <<'END'
a$ sh -c 'sleep 1000 & kill -STOP $$'
a= 0
END
    nobody_is_left
}

@test "a directory that is locked, deep, and full of odd names" {
    run setpriv --reuid 65534 --regid 65534 --clear-groups true
    lower=()
    TMPDIR=$(mktemp -d /tmp/play-test.XXXXXX)
    if [ "$status" -eq 0 ]; then # root could remove a locked directory
        lower=(setpriv --reuid 65534 --regid 65534 --clear-groups)
        chown 65534:65534 "$TMPDIR"
    fi
    cat >scene <<'END'
a$ sh -c 'mkdir -p locked/in && touch locked/in/file " -rf " "$(printf "a\nb")" .hidden && ln -s / link && chmod 0 locked/in locked .'
a= 0
b$ ./deep
b= 0
END
    bin=$(mktemp -d /tmp/play-test.XXXXXX) # the file's own is not for all
    cp "$BATS_FILE_TMPDIR/deep" "$bin"
    chmod 755 "$bin"
    run "${lower[@]}" "$PLAY" --from "$bin" --check - <scene
    rm -r "$bin"
    says_nothing_and_holds
    rmdir "$TMPDIR"
    [ -d /root ]
}

@test "no directory to play in" {
    TMPDIR=/nowhere run "$PLAY" --check - <<'END'
a$ true
a= 0
END
    [ "$status" -eq 1 ]
    [[ $output == "play: mkdtemp /nowhere/play."*": No such file or directory" ]]
}
