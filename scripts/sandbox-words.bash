# sandbox-words.bash - the sandbox without its own start, which costs as much as
# all else that is done for a scene: what it would do is the same each time, so it
# is asked once.
# shellcheck shell=bash

# sandbox_words KEPT SANDBOX OPTION... [COMMAND [ARG]...]: set REPLY to the words
# that a shell runs in their place (scripts/sandbox --command), which are kept in
# files KEPT.1, KEPT.2, …: one for each list of arguments. Several may ask at the
# same time. Where it cannot be asked, the words are the arguments.
sandbox_words() {
    local asked="${*:2}" known i=1
    while [ -e "$1.$i" ]; do
        {
            IFS= read -r known
            IFS= read -r -d '' REPLY || true # the end of the file ends it
        } < "$1.$i"
        [ "$known" != "$asked" ] || return 0
        i=$((i + 1))
    done
    REPLY=$("$2" --command "${@:3}" 4> /dev/null) || REPLY=$asked
    printf '%s\n%s' "$asked" "$REPLY" > "$1.new.$$" && mv -f "$1.new.$$" "$1.$i"
}
