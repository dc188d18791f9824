#!/usr/bin/env bats
#
# Lesson 12: the list of all interfaces and their addresses. What the program
# prints is compared with what `ip -json address` says, in networks that the
# tests make for themselves.

load ../helper

setup() {
    BIN=$BUILD/12-getifaddrs
    WITH=$ROOT/lessons/12-getifaddrs/fixtures/with-interfaces
    cd "$BATS_TEST_TMPDIR" || return 1
}

# --- scenes -----------------------------------------------------------------

@test "transcript: which interface has 127.0.0.1" {
    play_scene 12-getifaddrs
}

@test "experiment: an interface has several addresses, and keeps them when down" {
    play_scene 12-getifaddrs several
}

@test "experiment: ifa_addr can be NULL" {
    unshare -rn "$WITH" ip link show tun0 >/dev/null ||
        skip 'no tun device for this user (ls -l /dev/net/tun), nor another'
    play_scene 12-getifaddrs no-address
}

@test "experiment: what is not freed is lost" {
    play_scene 12-getifaddrs leak
}

@test "experiment: the list is as old as its call" {
    play_scene 12-getifaddrs snapshot
}

@test "experiment: one pointer with two names" {
    play_scene 12-getifaddrs two-names
}

@test "experiment: getifaddrs asks over a socket" {
    play_scene 12-getifaddrs netlink
}

# --- the same as ip ---------------------------------------------------------

# In a network of its own, arranged by the commands on standard input: what
# does `interfaces` print, and what `ip`? Both sorted, one line an entry.
in_network() { # in_network [WRAPPER...] <<<COMMANDS
    cat >commands
    cat >script <<'END'
        set -eu
        PATH=$PATH:/usr/sbin:/sbin
        . ./commands
        "$1"/interfaces >printed
        ip -json address >ip.json
END
    unshare -rn "$@" sh script "$BIN" || return
    grep -E '^[0-9]+ of [0-9]+ entries$' printed >total
    grep -vE '^[0-9]+ of [0-9]+ entries$' printed | tr -s ' ' | sort >ours
    jq -r '.[] | . as $link |
        (.flags as $flags |
            (if $flags | index("UP") then "up" else "down" end) + " " +
            (if $flags | index("LOOPBACK") then "loopback"
             elif $flags | index("POINTOPOINT") then "point-to-point"
             elif $flags | index("BROADCAST") then "broadcast"
             else "other" end)) as $state |
        "\(.ifname) \($state) " +
            (if .address then "AF_PACKET \(.address)" else "no address" end),
        (.addr_info[] |
            if .family == "inet"
            then "\(.label) \($state) AF_INET \(.local)/\(.prefixlen)"
            else "\($link.ifname) \($state) AF_INET6 \(.local)" +
                (if .scope == "link" then "%\($link.ifname)" else "" end) +
                "/\(.prefixlen)"
            end)' ip.json | sort >theirs
}

says_what_ip_says() { # says_what_ip_says ENTRIES, at least
    diff -u theirs ours
    local entries
    entries=$(wc -l <ours)
    echo "$entries entries"
    [ "$entries" -ge "$1" ]
    [ "$(cat total)" = "$entries of $entries entries" ]
}

@test "a network with nothing in it: lo, down, without any address but its own" {
    in_network <<<':'
    says_what_ip_says 1
    grep -qx 'lo down loopback AF_PACKET 00:00:00:00:00:00' ours
    [ "$(grep -c '^lo ' ours)" -eq 1 ]
}

@test "several interfaces, both families, one link down: the same as ip" {
    in_network "$WITH" <<<':'
    says_what_ip_says 10
    grep -qx 'right down broadcast AF_INET 198.51.100.1/24' ours
    [ "$(grep -c '^left up broadcast AF_' ours)" -eq 5 ]
}

@test "labels, odd prefixes, a bridge, a point-to-point link: the same as ip" {
    in_network <<'END'
        ip link set lo up
        ip address add 127.1.2.3/32 dev lo
        ip address add 2001:db8::5/127 dev lo nodad
        ip link add one type veth peer name two
        ip address add 192.0.2.1/31 dev one
        ip address add 192.0.2.9/25 dev one label one:spare
        ip address add 10.0.0.1/0 dev two
        ip address add 10.9.0.1 peer 10.9.0.2 dev two
        ip link set one up
        ip link set two up
        ip link add room type bridge
        ip address add 2001:db8:1::1/48 dev room nodad
        ip address add fe80::42/10 dev room nodad
        if ip tuntap add dev line mode tun 2>/dev/null; then
            ip address add 172.16.0.1 peer 172.16.0.2/32 dev line
            ip link set line up
        fi
END
    says_what_ip_says 14
    grep -qx 'one:spare up broadcast AF_INET 192.0.2.9/25' ours
    grep -qx 'room down broadcast AF_INET6 fe80::42%room/10' ours
}

@test "an interface without any address: the same as ip" {
    in_network "$WITH" <<<':'
    grep -q '^tun0 ' theirs ||
        skip 'no tun device for this user (ls -l /dev/net/tun), nor another'
    says_what_ip_says 11
    grep -qE '^tun0 down [a-z-]+ no address$' ours
}

@test "500 addresses, which are more than one answer of the kernel: the same as ip" {
    in_network <<'END'
        ip link set lo up
        for i in $(seq 250); do
            echo "address add 10.0.0.$i/32 dev lo"
            echo "address add 2001:db8::$i/128 dev lo nodad"
        done | ip -batch -
END
    says_what_ip_says 503
}

@test "by name or by address: only those entries, and status 1 if there is none" {
    run unshare -rn "$WITH" "$BIN/interfaces" left
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 6 ]
    [[ ${lines[5]} == '5 of '*' entries' ]]
    run unshare -rn "$WITH" "$BIN/interfaces" 2001:db8::1
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[0]} == 'left '*' AF_INET6  2001:db8::1/64' ]]
    run unshare -rn "$WITH" "$BIN/interfaces" 02:00:00:00:00:02
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == 'right '*' AF_PACKET 02:00:00:00:00:02' ]]
    for nothing in lef 192.0.2 '' 203.0.113.1; do
        run unshare -rn "$WITH" "$BIN/interfaces" "$nothing"
        [ "$status" -eq 1 ]
        [[ $output == '0 of '*' entries' ]]
    done
}

# --- the other programs -----------------------------------------------------

@test "leak: nothing is lost when each list is freed, much when none is" {
    run "$BIN/leak"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ 'each freed: '([0-9]+)' bytes' ]]
    [ "${BASH_REMATCH[1]}" -le 200000 ]
    [[ ${lines[1]} =~ 'none freed: '([0-9]+)' bytes more, '([0-9]+)' for each' ]]
    [ "${BASH_REMATCH[1]}" -ge 400000 ]
    [ "${BASH_REMATCH[2]}" -ge 400 ]
}

@test "snapshot tells how its command ended" {
    run "$BIN/snapshot" 127.0.0.1 true
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = 'the list:            lo' ]
    [ "${lines[1]}" = 'the command ended with 0' ]
    [ "${lines[3]}" = 'a new list:          lo' ]
}

@test "two-names: on a broadcast link it is the broadcast address, on a line the peer" {
    run unshare -rn "$WITH" "$BIN/two-names" 192.0.2.1
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = 'IFF_BROADCAST yes, IFF_POINTOPOINT no' ]
    [ "${lines[2]}" = 'ifa_broadaddr 192.0.2.255' ]
}

# --- arguments, output and errors -------------------------------------------

@test "bad arguments: status 2 and the reason on stderr only" {
    for arguments in 'interfaces lo lo' 'careless' 'careless lo lo' 'leak x' \
        'snapshot' 'snapshot 127.0.0.1' 'snapshot 127.0.0 true' \
        'two-names 127.0.0.1 x'; do
        status=0
        # shellcheck disable=SC2086 # words on purpose
        "$BIN"/$arguments >out 2>err || status=$?
        echo "$arguments: $status, $(cat err)"
        [ "$status" -eq 2 ]
        [ ! -s out ]
        grep -qE "^usage: ${arguments%% *}|^${arguments%% *}: address " err
    done
}

@test "a closed or a full stdout is reported, with status 1" {
    for arguments in interfaces 'careless lo' leak two-names \
        'snapshot 127.0.0.1 :'; do
        echo "$arguments"
        run bash -c "$BIN/$arguments >&-"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[EBADF]"* ]]
        run bash -c "$BIN/$arguments >/dev/full"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[ENOSPC]"* ]]
    done
}

@test "whatever the kernel refuses, getifaddrs is named with the reason" {
    for program in interfaces 'careless lo' leak two-names \
        'snapshot 127.0.0.1 :'; do
        for error in EMFILE ENOBUFS EACCES; do
            # shellcheck disable=SC2086 # words on purpose
            run strace -qq -o trace -e trace=socket \
                -e "inject=socket:error=$error" "$BIN"/$program
            echo "$program: $output"
            [ "$status" -eq 1 ]
            [[ $output == *"${program%% *}: getifaddrs: "*"[$error]"* ]]
        done
    done
}
