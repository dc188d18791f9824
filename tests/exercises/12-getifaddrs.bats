#!/usr/bin/env bats
# The grader of lesson 12's exercise, ifs.c.
#
# Each scene is played in a network of its own, whose interfaces are made first:
# the player and all actors are in it.

load grader

HERE=$ROOT/tests/exercises/12-getifaddrs

# network: the scenes that follow are played in the network that the commands of
# ip(8) on standard input set up. Cables never have a carrier here: only one end
# is up. So the kernel adds no address by itself. IPv6 addresses are on ends that
# are down: from these no route leads anywhere.
network() {
    cat > "$BATS_TEST_TMPDIR/network"
    # shellcheck disable=SC2034  # grader.bash plays
    PLAY=play_in_network
}

play_in_network() { "$HERE/network" "$BATS_TEST_TMPDIR/network" "$BUILD/play/play" "$@"; }

# Two ends, with the first free number or the one that is given: the kernel lists
# interfaces by number.
cable() { # cable END OTHER [NUMBER]
    local number=${3:-11}
    echo "link add name $1 index $number type veth peer name $2 index $((number + 1))"
    echo "link set $1 addrgenmode none"
    echo "link set $2 addrgenmode none"
}

address() { # address NAME ADDRESS...
    local name=$1 address
    for address in "${@:2}"; do
        echo "address add $address dev $name noprefixroute$([[ $address != *:* ]] || echo ' nodad')"
    done
}

# Random names for two interfaces, and numbers for addresses.
random_ends() {
    random LEFT letters 7
    random RIGHT letters 9
    random A number 1 254
    random B number 1 254
}

# kind: behaviour
# points: 15
# hint: getifaddrs gives a list of entries. The first entry of an interface has its name and its flags; others have its addresses.
# hint: Look at ifa_addr's family: AF_INET is a struct sockaddr_in, AF_INET6 a struct sockaddr_in6, and inet_ntop makes text of the address in it. All others are no addresses of IP.
# hint: printf("%s %s", entry->ifa_name, entry->ifa_flags & IFF_UP ? "up" : "down"); then for its addresses printf(" %s/%u", text, prefix_length(entry->ifa_netmask)); it is a function of interfaces.c.
# hint /expected +[a-z]+ up [0-9./]+[[:space:]]+got +[a-z]+ down/: IFF_RUNNING tells whether there is something at the other end. up means IFF_UP.
# hint /expected +[a-z]+ (up|down) [0-9./]+[[:space:]]+got +[a-z]+ (up|down) [0-9.]+(/[0-9]+\.[0-9.]+)?[[:space:]]/: Behind the address stands its netmask, as /24: ifa_netmask is an address whose first bits are ones.
# hint /got +[a-z]+ up [0-9.]+\/0[[:space:]]/: The netmask, too, is in the order of the network: s_addr's highest byte is not its first one. Use ntohl before you count from the highest bit, or go through its bytes.
# hint /expected +no more lines on stdout[[:space:]]+got +[a-z]+ (up|down)/: This interface has its line already. Equal names of two entries lie in two places: == compares the places, strcmp the names.
@test "prints a line for each interface: its name, up or down, its address" {
    random_ends
    network < <(
        cable "$LEFT" "$RIGHT"
        address "$LEFT" "10.$A.$B.1/24"
        address "$RIGHT" "192.168.$B.$A/16"
        echo "link set $LEFT up"
    )
    scene <<'END'
you$ ./ifs
you| lo down
you| $LEFT up 10.$A.$B.1/24
you| $RIGHT down 192.168.$B.$A/16
you= 0
END
}

# kind: behaviour
# points: 20
# hint: Each interface has one line, and all of its addresses are in it. Where in the list are they?
# hint: The list has all interfaces first, then all IPv4 addresses, then those of IPv6. So for each interface go through the whole list, and take the entries that have its name.
# hint: For each entry: has an earlier one the same name? Then its line is printed already. Else print the name, and from here to the end of the list each address whose ifa_name is the same.
# hint /got +[a-z]+ down [^%]*%/: The interface's name begins the line already: leave %NAME away. inet_ntop writes none.
# hint /got +[a-z]+ down [0-9.]+/[0-9]+[[:space:]]/: There are addresses of IPv6, too: AF_INET6, a struct sockaddr_in6, and text of up to INET6_ADDRSTRLEN bytes.
@test "puts all addresses of an interface into its line, of both families" {
    random_ends
    random C number 1 65535
    printf -v HEX %x "$C"
    SETS+=(--set "HEX=$HEX")
    network < <(
        cable "$LEFT" "$RIGHT"
        address "$LEFT" "10.$A.$B.1/24" "172.16.$B.$A/16" "192.168.$A.2/24"
        address "$RIGHT" "2001:db8:$HEX:1:2:3:4:5/64" "10.$B.$A.3/24"
        address "$RIGHT" "fe80::$HEX/64"
        echo "link set $LEFT up"
    )
    scene <<'END'
you$ ./ifs
you| lo down
you| $LEFT up 10.$A.$B.1/24 172.16.$B.$A/16 192.168.$A.2/24
you| $RIGHT down 10.$B.$A.3/24 2001:db8:$HEX:1:2:3:4:5/64 fe80::$HEX/64
you= 0
END
}

# kind: behaviour
# points: 10
# hint: A netmask's first bits are ones, and they need not end with a byte: 255.255.240.0 is /20.
# hint: Go through the bits of the netmask, from the highest bit of its first byte, and count until there is a zero: at most 32 for IPv4, 128 for IPv6.
# hint: while (ones < 8 * size && bytes[ones / 8] & (0x80U >> ones % 8)) ones++;
@test "writes a netmask as the number of its ones" {
    random_ends
    random P number 9 15
    random Q number 17 23
    random R number 25 31
    random S number 65 71
    network < <(
        cable "$LEFT" "$RIGHT"
        address "$LEFT" "10.$A.$B.1/$P" "172.16.$B.$A/$Q" "192.168.$A.2/$R" 169.254.1.1/32
        address "$RIGHT" "2001:db8::$A/$S"
        echo "link set $LEFT up"
    )
    scene <<'END'
you$ ./ifs
you| lo down
you| $LEFT up 10.$A.$B.1/$P 172.16.$B.$A/$Q 192.168.$A.2/$R 169.254.1.1/32
you| $RIGHT down {address:[0-9a-f:]+}/$S
you= 0
END
}

# kind: behaviour
# points: 10
# hint: With a name as its argument, ifs prints the line of this interface and no other. Which names are equal?
# hint: Compare whole names with strcmp: an interface eth1 is not eth10, nor is it eth.
# hint: if (only != NULL && strcmp(only, entry->ifa_name) != 0) continue;
@test "prints the line of one interface, where its name is given" {
    random LEFT letters 6
    random A number 1 254
    network < <(
        cable "${LEFT}1" "$LEFT"
        cable "${LEFT}10" "x$LEFT" 21
        address "${LEFT}1" "10.$A.1.1/24"
        address "${LEFT}10" "10.$A.2.1/24"
        address "$LEFT" "10.$A.3.1/24"
    )
    scene < <(
        echo 'you$ ./ifs '"${LEFT}1"
        echo "you| ${LEFT}1 down 10.\$A.1.1/24"
        echo 'you= 0'
    )
}

# kind: behaviour
# points: 5
# hint: A name that no interface has is a mistake, and whoever calls ifs should hear of it.
# hint: Count the lines. None, though a name was given: say so on stderr, and end with status 1.
# hint: if (only != NULL && lines == 0) { fprintf(stderr, "ifs: there is no interface %s\n", only); return 1; }
@test "says so, and ends with status 1, when there is no interface of that name" {
    random LEFT letters 6
    network < <(cable "$LEFT" "x$LEFT")
    scene <<END
you\$ ./ifs ${LEFT:0:5} 2>errors
you= 1
you\$ test -s errors
you= 0
END
}

# An interface whose own entry has no address: a tun device, or another that has
# no link below it. Where none can be had, a cable's end whose address is hidden.
no_address() { # no_address NAME
    local kind
    if [ -w /dev/net/tun ]; then
        echo "tuntap add dev $1 mode tun"
        return
    fi
    for kind in wireguard nlmon vcan; do
        echo "link add name $1 type $kind" > "$BATS_TEST_TMPDIR/try"
        if "$HERE/network" "$BATS_TEST_TMPDIR/try" true 2> /dev/null; then
            cat "$BATS_TEST_TMPDIR/try"
            return
        fi
    done
    cable "$1" "x$1" 101
    "${CC:-cc}" -shared -fPIC "$HERE/no-address.c" -o "$BATS_TEST_TMPDIR/no-address.so"
}

# In front of the student's program: how the address is hidden, where it must be.
hidden_for() { # hidden_for NAME
    local shim=$BATS_TEST_TMPDIR/no-address.so
    [ ! -e "$shim" ] || echo "env NO_ADDRESS=$1 LD_PRELOAD=$shim "
}

# kind: behaviour
# points: 15
# hint: Not every entry has an address: getifaddrs(3) says that ifa_addr may be a null pointer. An interface's own entry is such a case when there is no link below it, as with a VPN.
# hint: Ask entry->ifa_addr != NULL before entry->ifa_addr->sa_family. The interface has its line all the same.
# hint: if (entry->ifa_addr == NULL) return; as the first line of the function that prints an entry's address.
@test "shows an interface that has no address of any kind" {
    random TUN letters 6
    network < <(no_address "$TUN")
    # A sandbox does not show the program what hides the address.
    [ -z "${WRAP:-}" ] || [ -z "$(hidden_for "$TUN")" ] ||
        skip 'not run: nobody here may make a device that has no address'
    scene < <(
        echo "you\$ $(hidden_for "$TUN")./ifs \$TUN"
        echo 'you| $TUN down'
        echo 'you= 0'
    )
}

# shellcheck disable=SC2153  # random sets NAME
# COUNT cables, down, and 40 addresses at the first. Their names are as long as they
# can be: with the final zero 16 bytes, IFNAMSIZ.
crowd() { # crowd COUNT
    local i
    for ((i = 0; i < $1; i++)); do
        printf 'link add name %sa%02d index %d type veth peer name %sb%02d index %d\n' \
            "$NAME" "$i" $((11 + 2 * i)) "$NAME" "$i" $((12 + 2 * i))
    done
    for ((i = 1; i <= 40; i++)); do
        address "${NAME}a00" "10.$A.$i.222/24"
    done
}

crowd_shown() { # crowd_shown COUNT
    local i
    echo 'you$ ./ifs'
    echo 'you| lo down'
    printf 'you| %sa00 down' "$NAME"
    for ((i = 1; i <= 40; i++)); do
        printf ' 10.%s.%s.222/24' "$A" "$i"
    done
    printf '\nyou| %sb00 down\n' "$NAME"
    for ((i = 1; i < $1; i++)); do
        printf 'you| %s%s%02d down\n' "$NAME" a "$i" "$NAME" b "$i"
    done
    echo 'you= 0'
}

# kind: behaviour
# points: 5
# hint: There is no limit to the interfaces of a machine, nor to the addresses of one of them. Have you set one?
# hint: Do not collect names or lines in arrays of a fixed size: the list is all that is needed, and can be gone through as often as you like.
# hint: Print each address as soon as it is found; whether an interface has been printed, a second loop from the list's beginning to this entry tells.
@test "takes any number of interfaces, and of addresses" {
    random NAME letters 12
    random A number 1 254
    network < <(crowd 35)
    scene < <(crowd_shown 35)
}

# kind: calls
# points: 5
# hint: Each call of getifaddrs shows how things are at its moment. Two lists need not agree, so one must do.
# hint: Call getifaddrs once, before all loops. Go through the list as often as needed.
# hint: getifaddrs(&list), then for each entry a loop over the same list, then freeifaddrs(list).
@test "asks for the list once" {
    random_ends
    network < <(
        echo 'link set lo up'
        cable "$LEFT" "$RIGHT"
        address "$LEFT" "10.$A.$B.1/24" "172.16.$B.$A/24"
    )
    traced_scene <<'END'
you$ ./ifs
you| lo up 127.0.0.1/8 ::1/128
you| $LEFT down 10.$A.$B.1/24 172.16.$B.$A/24
you| $RIGHT down
you= 0
END
    local asked
    asked=$(ACTOR=you calls 'RTM_GETADDR' || true)
    [ "$(grep -c . <<< "$asked")" -le 1 ] ||
        fail 'For 3 interfaces the kernel was asked more than once for all addresses:' "$asked"
}

# kind: weather
# points: 5
# hint: getifaddrs can fail, as when there is no descriptor left. Then there is no list.
# hint: Check what getifaddrs returns: -1 means that errno has the reason. die("getifaddrs") names it and ends with status 1.
# hint: if (getifaddrs(&list) == -1) die("getifaddrs");
@test "names the error, and ends with status 1, when the list cannot be had (EMFILE)" {
    weather --error socket:EMFILE
    scene <<'END'
you$ ./ifs 2>errors
you= 1
you$ test -s errors
you= 0
END
}

# kind: memory
# points: 10
# hint: The list was made for you, from your process's memory. Who gives it back?
# hint: freeifaddrs(list), with the list's first entry, when nothing of it is needed any more.
# hint: Walk with a pointer of its own: for (struct ifaddrs *entry = list; …), so that list still is the first entry when freeifaddrs(list) is called.
# hint /you\$ \.\/ifs \$NAME 2>errors +ok/: Where no interface has the name, the program ends as well: give the list back before this return, too.
# hint /heap-use-after-free/: After freeifaddrs the entries, and all that they point to, are gone: print first, then free.
# hint /(buffer-overflow|bad-free|SEGV|runtime error)/: The sanitizer's report above names the line of your program where memory was misused.
@test "gives the list back, and keeps within its memory" {
    # What only a stack that is left still knows is lost.
    export LSAN_OPTIONS=$LSAN_OPTIONS:use_stacks=0:use_registers=0
    random NAME letters 12
    random A number 1 254
    network < <(crowd 3)
    scene < <(
        crowd_shown 3
        echo '# No interface has this name. The list was made all the same.'
        echo 'you$ ./ifs $NAME 2>errors'
        echo 'you= 1'
    )
}
