#!/usr/bin/env bats
# Lesson 20: raw sockets. The scenes, and the programs beyond them.

load ../helper

setup() {
    BIN=$BUILD/20-raw-sockets
}

# ------------------------------------------------------------------ scenes --

@test "transcript: one echo request and its reply" {
    play_scene 20-raw-sockets
}

@test "experiment: a plain user may not open a raw socket" {
    play_scene 20-raw-sockets not-root
}

@test "experiment: every raw socket gets every packet" {
    play_scene 20-raw-sockets others
}

@test "experiment: a wrong checksum gets no answer" {
    play_scene 20-raw-sockets damaged
}

@test "experiment: the checksum, word by word" {
    play_scene 20-raw-sockets checksum
}

# ---------------------------------------------------------------- programs --

@test "bad arguments get one clear line and status 2" {
    run "$BIN/probe" localhost
    [ "$status" -eq 2 ]
    [ "$output" = 'probe: address "localhost": an IPv4 address is needed, as 127.0.0.1' ]
    run "$BIN/probe" 127.0.0.1 2
    [ "$status" -eq 2 ]
    [ "$output" = 'usage: probe [ADDRESS]' ]
    for byte in 8 008 0g -1 ' 8' ''; do
        run "$BIN/checksum" "$byte"
        [ "$status" -eq 2 ]
        [ "$output" = "checksum: byte \"$byte\": two hexadecimal digits are needed, as 0f" ]
    done
    run "$BIN/checksum"
    [ "$status" -eq 2 ]
    # shellcheck disable=SC2046  # 65 words
    run "$BIN/checksum" $(printf '00 %.0s' {1..65})
    [ "$status" -eq 2 ]
    for program in plain others damaged; do
        run "$BIN/$program" more
        [ "$status" -eq 2 ]
        [ "$output" = "usage: $program" ]
    done
}

@test "probe is answered from any address of 127.0.0.0/8" {
    run "$BIN/probe" 127.9.8.7
    [ "$status" -eq 0 ]
    [[ $output == *"from 127.9.8.7, type 0, id 4711, sequence 1, checksum right"* ]]
}

@test "probe names the error where no route leads" {
    run "$BIN/probe" 192.0.2.1
    [ "$status" -eq 1 ]
    [[ $output == *"probe: sendto 192.0.2.1: Network is unreachable [ENETUNREACH]"* ]]
}

@test "probe gives up after a second when nobody answers" {
    # The request is never sent: strace answers in the kernel's place.
    run strace -qq -o /dev/null -e trace=sendto -e inject=sendto:retval=16 \
        "$BIN/probe"
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = 'no answer within a second' ]
}

@test "probe survives EINTR and names the error of each other call" {
    run strace -f -qq -o /dev/null -e trace=recvfrom \
        -e inject=recvfrom:error=EINTR:when=1..3 "$BIN/probe"
    [ "$status" -eq 0 ]
    [[ $output == *"that was our answer"* ]]
    run strace -f -qq -o /dev/null -e trace=unshare \
        -e inject=unshare:error=EPERM "$BIN/probe"
    [ "$status" -eq 1 ]
    [[ $output == *"probe: unshare CLONE_NEWUSER|CLONE_NEWNET: "*"[EPERM]"* ]]
    for call in sendto setsockopt recvfrom; do
        run strace -f -qq -o /dev/null -e trace=$call \
            -e inject=$call:error=ENOBUFS "$BIN/probe"
        [ "$status" -eq 1 ]
        [[ $output == *"probe: ${call%from} "*"[ENOBUFS]"* || $output == *"probe: $call "*"[ENOBUFS]"* ]]
    done
}

@test "a full or closed stdout is a named error" {
    for program in probe others damaged; do
        run bash -c '"$0" > /dev/full' "$BIN/$program"
        [ "$status" -eq 1 ]
        [[ $output == *"$program: write standard output: "*"[ENOSPC]"* ]]
        run bash -c '"$0" >&-' "$BIN/$program"
        [ "$status" -eq 1 ]
        [[ $output == *"$program: write standard output: "*"[EBADF]"* ]]
    done
}

# One's complement sum as Python has it, of the whole message.
@test "the checksum agrees with another program's, whatever the bytes" {
    run python3 - "$BIN/checksum" << 'END'
import random, subprocess, sys

def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff

for length in list(range(1, 65)):
    data = random.randbytes(length) if length % 3 else b"\xff" * length
    words = [f"{byte:02x}" for byte in data]
    out = subprocess.run([sys.argv[1], *words], capture_output=True, text=True).stdout
    expected = checksum(data)
    last = out.splitlines()[-1]
    assert last == f"internet_checksum: {expected >> 8:02x} {expected & 255:02x} in memory", (words, last)
END
    echo "$output"
    [ "$status" -eq 0 ]
}
