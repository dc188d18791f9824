# shellcheck shell=bash
# ways_in PID: set `enter` to the command that goes into the network of PID:
# nothing where that is ours. False where this machine does not let us in.
ways_in() {
    enter=()
    if [ "$(readlink "/proc/$1/ns/net")" = "$(readlink /proc/self/ns/net)" ]; then return 0; fi
    enter=(nsenter --target "$1" --net)
    if [ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]; then
        enter+=(--user --preserve-credentials)
    fi
    "${enter[@]}" true 2> /dev/null
}
