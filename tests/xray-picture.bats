#!/usr/bin/env bats
# The ladder as a picture: no text overlaps, nothing is cut, it does without
# colour. tests/xray-picture.py measures what rsvg-convert draws.

bats_require_minimum_version 1.5.0
load helper

setup() {
    export BUILD TMPDIR=$BATS_TEST_TMPDIR
    picture=$BATS_TEST_TMPDIR/ladder.svg
}

draw() { LADDER=$picture scripts/xray "$1" > /dev/null; }

measure() { python3 tests/xray-picture.py "$@"; }

@test "a server and a client: as drawn, no text overlaps, none is cut" {
    draw 06-connect
    measure "$picture"
    grep -q '>SYN, ACK</text>' "$picture"
    grep -q '>4 TIME-WAIT (closed)</text>' "$picture"
    grep -q 'stroke-dasharray="10 6"' "$picture" # a FIN
    grep -q 'stroke-dasharray="5 3"' "$picture"  # who waits
}

@test "Korean text has the room that it takes" {
    draw 11-udp
    grep -q '>types "안녕!!"</text>' "$picture"
    measure "$picture"
}

@test "three actors, as slides" {
    SLIDES=1 draw 16-concurrent-servers
    local slides=("$BATS_TEST_TMPDIR"/ladder-*.svg) slide
    [ "${#slides[@]}" -gt 4 ]
    for slide in "${slides[@]}"; do
        measure --boxes "$slide"
        # Not higher than a slide of 4 to 3.
        sed -n 's/^<svg.* width="\([0-9]*\)" height="\([0-9]*\)".*/\1 \2/p' "$slide" |
            { read -r wide high; [ $((high * 4)) -le $((wide * 3)) ]; }
    done
    measure "${slides[1]}"
    # Together they say as much as the one.
    draw 16-concurrent-servers
    [ "$(grep -c 'SYN, ACK' "$picture")" -eq "$(cat "${slides[@]}" | grep -c 'SYN, ACK')" ]
}

@test "every lesson's ladder has all its text in its place" {
    local lesson
    for lesson in lessons/[0-9]*; do
        draw "${lesson#lessons/}"
        measure --boxes "$picture"
    done
}

@test "it is black and white; red only marks what words say too" {
    draw 08-sigpipe
    grep -oE '(fill|stroke)="[^"]*"' "$picture" | sort -u > "$BATS_TEST_TMPDIR/colours"
    cat "$BATS_TEST_TMPDIR/colours"
    run ! grep -vE '"(none|#000|#333|#fff|#ececec|#a00000)"' "$BATS_TEST_TMPDIR/colours"
    [ "$(grep -c '#a00000' "$picture")" -eq "$(grep '#a00000' "$picture" | grep -cE 'E[A-Z]+|SIG')" ]
}

@test "the measure finds an overlap, a cut and text that is wider than it says" {
    draw 06-connect
    python3 - "$picture" "$BATS_TEST_TMPDIR" <<'END'
import re, sys
svg = open(sys.argv[1], encoding="utf-8").read()
first, second = re.findall(r'<text .*?</text>', svg)[4:6]
box = re.search(r'data-box="([^"]*)"', first).group(1)
left, top, right, bottom = map(float, box.split())
def save(name, text):
    open(f"{sys.argv[2]}/{name}", "w", encoding="utf-8").write(text)
save("overlap", svg.replace(second, re.sub(r'data-box="[^"]*"', f'data-box="{box}"', second)))
save("cut", svg.replace(box, f"-5 {top} {right} {bottom}"))
save("wide", svg.replace(first, first.replace('font-size="20"', 'font-size="26"')))
END
    run measure --boxes "$BATS_TEST_TMPDIR/overlap"
    [ "$status" -eq 1 ]
    [[ $output == *overlap:* ]]
    run measure --boxes "$BATS_TEST_TMPDIR/cut"
    [ "$status" -eq 1 ]
    [[ $output == *'cut off:'* ]]
    run measure "$BATS_TEST_TMPDIR/wide"
    [ "$status" -eq 1 ]
    [[ $output == *'ink outside'* ]]
}
