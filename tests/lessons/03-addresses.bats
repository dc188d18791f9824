#!/usr/bin/env bats
#
# Lesson 03: byte order, addresses as text and as bytes, and their types.

load ../helper

setup() {
    BIN=$BUILD/03-addresses
    cd "$BATS_TEST_TMPDIR" || return 1
}

# --- scenes -----------------------------------------------------------------

@test "transcript: byte order, texts, types" {
    play_scene 03-addresses
}

@test "experiment: the family is not in network order" {
    play_scene 03-addresses layout
}

@test "experiment: sockaddr is the type of no family" {
    play_scene 03-addresses generic
}

@test "experiment: INADDR_LOOPBACK needs htonl" {
    play_scene 03-addresses loopback
}

@test "experiment: shifting s_addr is right on some machines only" {
    play_scene 03-addresses octets
}

@test "experiment: inet_pton answers a bad text with 0" {
    play_scene 03-addresses not-an-address
}

@test "experiment: inet_addr has no value left for an error" {
    play_scene 03-addresses inet_addr
}

@test "experiment: inet_ntoa has one buffer" {
    play_scene 03-addresses inet_ntoa
}

# --- arguments --------------------------------------------------------------

@test "bad arguments: status 2 and the reason on stderr only" {
    for arguments in 'byteorder x' 'byteorder 65536' 'byteorder -1' \
        'byteorder 50x' 'byteorder 1 2' 'addresses' 'sockaddr x' 'generic x' \
        'inet_addr' 'inet_ntoa x' 'layout x' 'loopback x' 'not-an-address x' \
        'octets 1.2' 'octets ::1' 'octets 1.2.3.4 x'; do
        status=0
        # shellcheck disable=SC2086 # words on purpose
        "$BIN"/$arguments >out 2>err || status=$?
        echo "$arguments: $status, $(cat err)"
        [ "$status" -eq 2 ]
        [ ! -s out ]
        grep -qE "^usage: ${arguments%% *}|^${arguments%% *}: port " err
    done
    run "$BIN/byteorder" ''
    [ "$status" -eq 2 ]
}

@test "a closed or a full stdout is reported, with status 1" {
    for arguments in 'byteorder 5000' 'addresses 1.2.3.4' sockaddr generic \
        'inet_addr 1.2.3.4' inet_ntoa layout loopback not-an-address \
        'octets 1.2.3.4'; do
        echo "$arguments"
        run bash -c "$BIN/$arguments >&-"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[EBADF]"* ]]
        run bash -c "$BIN/$arguments >/dev/full"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[ENOSPC]"* ]]
    done
}

# --- byte order -------------------------------------------------------------

@test "htons puts a port's high byte first, and ntohs takes it back" {
    for port in 0 1 80 255 256 257 5000 32768 65280 65535; do
        run "$BIN/byteorder" "$port"
        [ "$status" -eq 0 ]
        hex=$(printf '%04x' "$port")
        [ "${lines[1]}" = "port $port = 0x$hex" ]
        [ "${lines[3]}" = "  after htons ${hex:0:2} ${hex:2}" ]
        [ "${lines[4]}" = "  after ntohs $port" ]
    done
}

@test "the port in memory is as this machine has it" {
    # od shows two bytes as one number of this machine: 1, or 256.
    case $(printf '\001\000' | od -An -tu2 | tr -d ' ') in
    1) expected='  in memory   88 13' order=little ;;
    *) expected='  in memory   13 88' order=big ;;
    esac
    run "$BIN/byteorder"
    [ "${lines[0]}" = "this machine is $order-endian" ]
    [ "${lines[2]}" = "$expected" ]
}

# --- texts ------------------------------------------------------------------

@test "addresses become text again, in the order in which they came" {
    texts=(0.0.0.0 255.255.255.255 127.0.0.1 1.2.3.4 10.20.30.40)
    for _ in $(seq 300); do
        texts+=("$((RANDOM % 256)).$((RANDOM % 256)).$((RANDOM % 256)).0")
    done
    "$BIN/addresses" "${texts[@]}" >out
    printf 'valid: %s\n' "${texts[@]}" >expected
    printf '%s\n' "${texts[@]}" >>expected
    diff expected out
}

@test "what is no address is said to be none, and is no failure" {
    texts=('' ' ' 1 1.2 1.2.3 1.2.3.4.5 1.2.3.256 1.2.3.-4 1.2.3.4. .1.2.3.4
        ' 1.2.3.4' '1.2.3.4 ' 1..2.3 0x7f.0.0.1 127.0.0.1x localhost ::1
        127.0.0.1:80 99999999999999999999.1.1.1)
    "$BIN/addresses" "${texts[@]}" >out
    printf 'invalid: %s\n' "${texts[@]}" | diff - out
}

@test "each octet is the one that was asked for" {
    run "$BIN/octets" 192.168.1.254
    [ "$status" -eq 0 ]
    [ "${lines[3]}" = "after ntohl:     192.168.1.254" ]
    [ "${lines[4]}" = "as bytes:        192.168.1.254" ]
}

@test "inet_addr and inet_pton agree about ordinary addresses" {
    for text in 0.0.0.0 1.2.3.4 127.0.0.1 255.255.255.254; do
        run "$BIN/inet_addr" "$text"
        [ "${lines[1]}" = "  inet_addr: $text" ]
        [ "${lines[2]}" = "  inet_pton: $text" ]
    done
}

# --- the generic type -------------------------------------------------------

@test "generic removes its socket file, and can run again" {
    "$BIN/generic" >/dev/null
    [ ! -e local-service ]
    "$BIN/generic" >/dev/null
}

@test "generic leaves a file alone that is not its own" {
    echo mine >local-service
    run "$BIN/generic"
    [ "$status" -eq 1 ]
    [[ $output == "generic: bind ./local-service: "*"[EADDRINUSE]"* ]]
    [ "$(cat local-service)" = mine ]
}
