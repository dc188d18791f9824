#!/usr/bin/env bats
# When the player goes on waiting, and when it knows that nothing will come.
load player

setup_file() { build timers; }

@test "an armed timer is no silence: the line is waited for" {
    {
        kinds=(nanosleep poll select epoll alarm sigwait timer_create timerfd
            timerfd-poll SO_RCVTIMEO SO_RCVTIMEO-accept sem_timedwait thread
            busy)
        for i in "${!kinds[@]}"; do echo "a$i\$ ./timers ${kinds[i]}"; done
        echo @any
        for i in "${!kinds[@]}"; do
            printf '%s\n' "a$i| begins" "a$i| woke" "a$i= 0"
        done
        echo @end
    } >scene
    holds --from "$BATS_FILE_TMPDIR" <scene
}

# Each for itself, because one armed timer hides all the others.
@test "each kind of timer, alone" {
    for kind in alarm sigwait timer_create timerfd-poll SO_RCVTIMEO epoll; do
        printf '%s\n' "a\$ ./timers $kind" 'a| begins' 'a| woke' 'a= 0' \
            >"$kind.scene"
    done
    printf '%s\n' *.scene | xargs -P 6 -n 1 "$PLAY" --check \
        --from "$BATS_FILE_TMPDIR"
}

@test "a socket that keeps its connection alive may wake: only the deadline ends that" {
    fails 3 --from "$BATS_FILE_TMPDIR" <<'END'
@deadline 0.7
a$ ./timers keepalive
a| woke
a= 0
END
    [ "$status" -eq 1 ]
}

# The scene in the file `scene` fails at this line.
scene_fails() {
    run "$PLAY" --check --from "$BATS_FILE_TMPDIR" scene
    echo "$output"
    [ "$status" -eq 1 ] && [[ ${lines[0]} == *"   scene:$1" ]]
}

@test "silence of every kind is told within a second" {
    for kind in read accept poll select pause full thread; do
        printf '%s\n' '@deadline 30' "a\$ ./timers for-ever-$kind" \
            'a| begins' 'a| woke' 'a= 0' >scene
        within 1000 scene_fails 4
        says "nothing: everybody sleeps, and nobody will wake up"
    done
}

@test "two programs that wait for each other: silence" {
    cat >scene <<'END'
@deadline 30
f$ mkfifo ../p ../q
f= 0
a$ sh -c 'cat <../p >../q'
b$ sh -c 'cat <../q >../p'
b| never
a= 0
b= 0
END
    within 1000 scene_fails 6
}

@test "a stopped program is silence" {
    cat >scene <<'END'
@deadline 30
a$ sh -c 'echo ready; kill -STOP $$; echo on'
a| ready
a| on
a= 0
END
    within 1000 scene_fails 4
    says "a            stopped"
}

@test "a wrong line is told at once, though the program goes on" {
    cat >scene <<'END'
@deadline 30
a$ sh -c 'echo wrong; exec sleep 100'
a| right
a= 0
END
    within 200 scene_fails 3
}

@test "a wrong line of another actor than the one waited for is told at once" {
    cat >scene <<'END'
@deadline 30
a$ sh -c 'exec sleep 100'
b$ sh -c 'echo wrong; exec sleep 100'
a| later
b| right
a= 0
b= 0
END
    within 200 scene_fails 5
}

# One of those that we may use.
a_processor() { taskset -cp $$ | sed 's/.*[ ,-]//'; }

# It computes for a second, and two others, in sessions of their own, do nothing else
# on the same processor.
@test "a program that gets a third of a processor is waited for" {
    local cpu busy=()
    cpu=$(a_processor)
    for _ in 1 2; do
        setsid taskset -c "$cpu" timeout 30 sh -c 'while :; do :; done' &
        busy+=($!)
    done
    holds --wrap "a=taskset -c $cpu" <<'END'
@deadline 2
a$ python3 -c 'import time; [0 for _ in iter(lambda: time.process_time() < 1, False)]; print("ready")'
a| ready
a= 0
END
    kill "${busy[@]}"
}

# Six that wait for each other: six times the time would be twelve seconds.
@test "who takes the processor from himself is not waited for any longer" {
    cat >scene <<END
@deadline 2
a\$ taskset -c $(a_processor) sh -c 'for i in 1 2 3 4 5 6; do while :; do :; done & done; wait'
a| ready
a= 0
END
    within 9000 scene_fails 3
}

@test "while the player and its actors are stopped, no time passes" {
    "$PLAY" --check - >told 2>&1 <<'END' &
@deadline 2
a$ sh -c 'sleep 0.4; echo ready'
a| ready
a= 0
END
    local player=$! stage=() actors=() pid
    # The two guards and the performer; the shell and what it waits for.
    has_begun() {
        stage=() actors=()
        for pid in $(survivors | tr -dc '0-9\n'); do
            case $(cat "/proc/$pid/comm" 2>/dev/null) in
            play) stage+=("$pid") ;;
            sh | sleep) actors+=("$pid") ;;
            esac
        done
        [ "${#stage[@]} ${#actors[@]}" = '3 2' ]
    }
    wait_until has_begun
    kill -STOP "${stage[@]}" "${actors[@]}"
    read -r -t 2.5 <> <(:) || true # the time that does not count
    kill -CONT "${stage[@]}"
    read -r -t 0.1 <> <(:) || true # the player looks, and nothing has come
    kill -CONT "${actors[@]}" || true
    wait "$player" || { cat told; false; }
}
