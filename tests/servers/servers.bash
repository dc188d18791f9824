# What the files of this directory load: `load servers`.
# shellcheck shell=bash disable=SC2034  # the files that load this use them

load ../helper

# build_peer: compile the peer, once for all files, which run side by side.
build_peer() {
    peer=$BUILD/servers/peer
    mkdir -p "$BUILD/servers"
    (
        flock 9
        if [ -n "$(find "$ROOT"/tests/servers -name '*.[ch]' -newer "$peer" \
            2>&1)" ]; then
            ${CC:-cc} -O1 -g -std=c11 -Wall -Wextra -Werror \
                -D_POSIX_C_SOURCE=200809L -o "$peer.new" \
                "$ROOT"/tests/servers/*.c && mv "$peer.new" "$peer"
            ${CC:-cc} -O1 -g -std=c11 -Wall -Wextra -Werror \
                -D_POSIX_C_SOURCE=200809L -o "$BUILD/servers/broken" \
                "$ROOT"/tests/servers/broken/broken.c
        fi
    ) 9>"$BUILD/servers/lock"
}

# row PROGRAM: what the table says of it, as arguments and talk.
row() {
    local program
    while IFS='|' read -r program arguments talk; do
        if [ "${program// /}" = "$1" ]; then
            return
        fi
    done <"$ROOT/tests/servers/table"
    echo "$1 is not in tests/servers/table" >&2
    return 1
}

# face SUITE PROGRAM: the server, as LESSON/PROGRAM, faces all of that suite.
# Says what each kind or error was and how long it took, when one fails.
face() {
    local arguments talk SITE=$BATS_TEST_TMPDIR/site
    build_peer
    row "$2"
    if [[ $arguments == *SITE* ]]; then # something to serve, small and large
        mkdir -p "$SITE"
        echo hello >"$SITE/index.html"
        head -c 20000000 /dev/zero >"$SITE/big"
    fi
    cd "$BATS_TEST_TMPDIR" || return 1
    eval "set -- $talk $1 $BUILD/$2 $arguments"
    # No descriptor of bats' own: who does not end cannot hold it up.
    timeout -k 5 100 "$peer" "$@" 3>&-
}
