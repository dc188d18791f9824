#!/usr/bin/env bats
# The grader of lesson 07's exercise, frames.c.

load grader

# set_value NAME VALUE: $NAME in the scenes that follow.
set_value() {
    printf -v "$1" %s "$2"
    SETS+=(--set "$1=$2")
}

# random_message NAME: $NAME is a text, $NAME_LENGTH the number of its bytes and
# $NAME_HEADER the same as four bytes, escaped for ./peer.
random_message() {
    random "$1" "${@:2}"
    local LC_ALL=C header
    printf -v header '\\x00\\x00\\x00\\x%02x' "${#REPLY}"
    set_value "$1LENGTH" "${#REPLY}"
    set_value "$1HEADER" "$header"
}

# kind: behaviour
# points: 10
# hint: A message is its length, in four bytes, and then so many bytes of text. What does the receiver see in their place?
# hint: getline tells how many bytes it has read. Take the newline off; htonl makes the length what the wire wants; send all four bytes of it.
# hint: uint32_t length = htonl((uint32_t)len); memcpy it in front of the text in one buffer; send_all(sockfd, message, sizeof length + len).
# hint /got +number [0-9]{7,}/: The four bytes of the length are there, in the wrong order. On the wire the high byte comes first: htonl.
# hint /got +number (4|8)[^0-9]/: sizeof tells the size of a variable, and not how much was read into it. getline returns how many bytes the line has.
@test "sends the length of a line in four bytes, high byte first, and then the line" {
    random_message A words 3
    random_message B korean
    scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
sender$ ./frames send 127.0.0.1 $PORT
anna< accept
anna| accepted from 127.0.0.1:{port:[0-9]+}
sender< $A
anna< receive-number
anna| number $ALENGTH
anna< receive $ALENGTH
anna| received "$A"
sender< $B
anna< receive-number
anna| number $BLENGTH
anna< receive $BLENGTH
anna| received "$B"
sender^D
sender= 0
anna< receive
anna| end
anna^D
anna= 0
END
}

# kind: behaviour
# points: 8
# hint: A line may hold any byte, a zero byte too; it may be empty; and the last one may have no newline.
# hint: How long a line is says getline, not strlen, which stops at a zero byte. Take a newline off only if there is one.
# hint: size_t len = (size_t)n; if (line[len - 1] == '\n') len--; with n from getline. An empty line is a message of length 0.
@test "sends zero bytes, an empty line, and a last line without a newline" {
    random_message A word
    random_message B word
    set_value BOTH $((ALENGTH + 1 + BLENGTH))
    scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
sender$ ./frames send 127.0.0.1 $PORT
anna< accept
anna| accepted from 127.0.0.1:{port:[0-9]+}
sender< $A\x00$B
anna< receive-number
anna| number $BOTH
anna< receive $BOTH
anna| received "$A\\x00$B"
sender<
anna< receive-number
anna| number 0
sender< $B\c
sender^D
sender^D
anna< receive-number
anna| number $BLENGTH
anna< receive $BLENGTH
anna| received "$B"
sender= 0
anna< receive
anna| end
anna^D
anna= 0
END
}

# kind: behaviour
# points: 10
# hint: First four bytes, the length; then so many bytes, the message. Then the next one, until the stream ends between two messages.
# hint: The bytes that came are no string: print as many as there are with fwrite. 0 as a length is a message; recv returning 0 is the end.
# hint: printf("%u bytes: \"", length); fwrite(text, 1, length, stdout); printf("\"\n"); with length = ntohl(the four bytes).
# hint /( |iov_len=)[0-9]{8,}[^0-9]/: The four bytes of the length have been read in the wrong order: 22 becomes 369098752. What came from the wire goes through ntohl.
# hint /receiver +ended with 1, after it had printed[[:space:]]+waiting on [0-9.:]+[[:space:]]+boris/: The first message was good, and your receiver gave up. Print the length that it has read. Is that a huge number? Then the four bytes stand in the wrong order: ntohl.
# hint /expected +0 bytes: ""[[:space:]]+got +nothing/: A message of length 0 is complete with its length: print it, and do not call recv for its text. A recv for 0 bytes waits, too: until something is there.
# hint /got +the end, after 2 messages/: A message of length 0 is a message. The end is where recv returns 0 in place of the next length.
@test "prints each message as soon as it has come, whatever its bytes are, and the end" {
    random_message A words 3
    random_message B word
    set_value BOTH $((ALENGTH + 1 + BLENGTH))
    scene <<'END'
receiver$ ./frames receive $PORT
receiver| waiting on 127.0.0.1:$PORT
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
boris< send $AHEADER$A
boris| sent {...} bytes
receiver| $ALENGTH bytes: "$A"
boris< send-number $BOTH
boris| sent 4 bytes
boris< send $A\\x00$B
boris| sent $BOTH bytes
receiver| $BOTH bytes: "$A\x00$B"
boris< send-number 0
boris| sent 4 bytes
receiver| 0 bytes: ""
boris< close
boris= 0
receiver| the end, after 3 messages
receiver= 0
END
}

# kind: behaviour
# points: 10
# hint: recv brings what is there, and that can be one byte of the length, or half of the text.
# hint: Go on with recv until all four bytes, and then until all bytes of the text have come; recv_all in common/io.h does that.
# hint: if (recv_all(connfd, &length, sizeof length) …) and, with length = ntohl(length), recv_all(connfd, text, length).
@test "puts a message together that comes byte by byte" {
    random_message A words 3
    scene <<'END'
receiver$ ./frames receive $PORT
receiver| waiting on 127.0.0.1:$PORT
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
boris< send-slowly $AHEADER$A
boris| sent {...} bytes, one by one
receiver| $ALENGTH bytes: "$A"
boris< close
boris= 0
receiver| the end, after 1 messages
receiver= 0
END
}

# kind: behaviour
# points: 8
# hint: One recv can bring more than one message, and where it ends says nothing about messages.
# hint: Ask for four bytes only, and then for as many as the text has; or keep what belongs to the next message.
# hint: recv_all with exactly the bytes that are missing never takes a byte of the next message.
@test "takes messages apart that come together" {
    random_message A word
    random_message B words 2
    random_message C korean
    scene <<'END'
receiver$ ./frames receive $PORT
receiver| waiting on 127.0.0.1:$PORT
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
boris< send $AHEADER$A$BHEADER$B$CHEADER$C
boris| sent {...} bytes
receiver| $ALENGTH bytes: "$A"
receiver| $BLENGTH bytes: "$B"
receiver| $CLENGTH bytes: "$C"
boris< close
boris= 0
receiver| the end, after 3 messages
receiver= 0
END
}

# $BIG: a text as long as a message may be.
set_big_text() {
    local text
    random_letters 16
    printf -v text "$REPLY%.0s" {1..4096}
    set_value BIG "$text"
    set_value PART "$REPLY"
}

longest_message() {
    scene <<'END'
receiver$ ./frames receive $PORT
receiver| waiting on 127.0.0.1:$PORT
sender$ sh -c 'yes $PART | head -n 4096 | tr -d "\\n" | ./frames send 127.0.0.1 $PORT'
receiver| 65536 bytes: "$BIG"
sender= 0
receiver| the end, after 1 messages
receiver= 0
END
}

# kind: behaviour
# points: 10
# hint: 65,536 bytes is the longest message that there may be. It must get through, and a longer line must not be sent.
# hint: Is there room for 65,536 bytes on both sides, and for what stands in front of them or behind? Is a longer line named as an error, before any of it is sent?
# hint: if (len > LIMIT) { fprintf(stderr, …); return 1; } and not >=; the buffer of the sender has sizeof(uint32_t) + LIMIT bytes.
# hint /sender\| [(]its stderr names an error[)]/: A line of more than 65,536 bytes must not be sent: no receiver would take it. Compare len with LIMIT first, name the error on stderr, return 1.
@test "carries a message of 65,536 bytes, and sends no longer one" {
    set_big_text
    longest_message
    scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
sender$ sh -c 'head -c 65537 /dev/zero | tr "\0" x | ./frames send 127.0.0.1 $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
sender| (its stderr names an error)
sender= 1
anna< accept
anna| accepted from 127.0.0.1:{port:[0-9]+}
anna< receive
anna| end
anna^D
anna= 0
END
}

# refused NUMBER: such a length is an error, and nothing more is waited for.
refused() {
    set_value LENGTH "$1"
    scene <<'END'
receiver$ sh -c './frames receive $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
receiver| waiting on 127.0.0.1:$PORT
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
boris< send-number $LENGTH
boris| sent 4 bytes
boris< receive
boris| end
boris^D
boris= 0
receiver| (its stderr names an error)
receiver= 1
END
}

# kind: behaviour
# points: 10
# hint: A length comes from outside and can be any number. What would your program do for one of 4 GiB?
# hint: Look at the length before you wait for the text, and before you give it memory. More than LIMIT is an error: say so, hang up, return 1.
# hint: if (length > LIMIT) { fprintf(stderr, …); close(connfd); return 1; } with length as a uint32_t: an int may be negative.
@test "refuses a message of more than 65,536 bytes, and does not wait for it" {
    refused 65537
    refused 4294967295
}

# broken_off BYTES: the stream ends within a message.
broken_off() {
    set_value BYTES "$1"
    scene <<'END'
receiver$ sh -c './frames receive $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
receiver| waiting on 127.0.0.1:$PORT
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
boris< send $BYTES
boris| sent {...} bytes
boris< close
boris= 0
receiver| (its stderr names an error)
receiver= 1
END
}

# kind: behaviour
# points: 8
# hint: A stream can end in the middle of a message. That is an error, and what has come is no message.
# hint: recv_all returns fewer bytes than asked for when the stream ends before. Only 0 in place of a length is the good end.
# hint: if (recv_all(connfd, text, length) != (ssize_t)length) is an error; so is a length of which 1, 2 or 3 bytes came.
@test "names the error and ends with 1 when the stream ends within a message" {
    random_message A words 2
    broken_off "${AHEADER}${A:1}"
    broken_off '\x00\x00'
}

# kind: behaviour
# points: 5
# hint: What does send say when there is nobody to receive? Do you look?
# hint: send_all returns -1 if the message could not be sent: report it, and return 1.
# hint: if (send_all(sockfd, message, size) == -1) { report("send"); return 1; } and flags MSG_NOSIGNAL if you call send yourself.
# hint /141|SIGPIPE/: SIGPIPE has ended the sender: the kernel sends it, beside the error EPIPE, to whoever sends where nobody can read any more. Which flag of send leaves the error alone?
@test "names the error and ends with 1 when the receiver has gone" {
    random A word
    random LONG letters 1000
    # The first sender gets a reset, the second one an end first: ECONNRESET, and
    # EPIPE with its signal. How many lines the kernel takes before that is its own
    # affair, so there are more than it could hold.
    scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
sender$ sh -c './frames send 127.0.0.1 $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
anna< accept
anna| accepted from 127.0.0.1:{port:[0-9]+}
anna< reset
anna| reset
sender< $A
sender| (its stderr names an error)
sender= 1
sender$ sh -c '{ read -r go; yes $LONG | head -n 10000; } | ./frames send 127.0.0.1 $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
anna< accept
anna| accepted from 127.0.0.1:{again:[0-9]+}
anna< close
anna| closed
sender< go
sender| (its stderr names an error)
sender= 1
anna^D
anna= 0
END
}

# kind: calls
# points: 6
# hint: What belongs together goes into one send: the lesson's experiment nagle shows what two small ones cost.
# hint: Put the length in front of the text in one buffer and send that; writev, sendmsg, MSG_MORE or TCP_NODELAY will do as well.
# hint: memcpy(message, &length, 4); memcpy(message + 4, line, len); send_all(sockfd, message, 4 + len);
@test "sends length and text together" {
    random_message A word
    random_message B words 2
    random_message C korean
    traced_scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
sender$ ./frames send 127.0.0.1 $PORT
anna< accept
anna| accepted from 127.0.0.1:{port:[0-9]+}
sender< $A
anna< receive-number
anna| number $ALENGTH
anna< receive $ALENGTH
anna| received "$A"
sender< $B
anna< receive-number
anna| number $BLENGTH
anna< receive $BLENGTH
anna| received "$B"
sender< $C
anna< receive-number
anna| number $CLENGTH
anna< receive $CLENGTH
anna| received "$C"
sender^D
sender= 0
anna^D
anna= 0
END
    # shellcheck disable=SC2034  # for calls: whose they are
    local sent ACTOR=sender
    sent=$(calls '^(socket|write|writev|sendto|sendmsg)\(' | awk '
        /^socket\(AF_INET.* = [0-9]+$/ { ours[$NF] = 1; next }
        { fd = $0; sub(/^[a-z]+\(/, "", fd) }
        fd + 0 in ours')
    [ "$(wc -l <<< "$sent")" -le 3 ] || calls 'MSG_MORE|TCP_NODELAY|TCP_CORK' > /dev/null ||
        fail 'Three messages, and more than three calls:' "$sent"
}

# kind: weather
# points: 5
# hint: A signal can interrupt recv and send before they have moved a byte: -1 with EINTR. Nothing is wrong then.
# hint: On EINTR make the same call again. recv_all and send_all do that for you.
# hint: if (n == -1 && errno == EINTR) continue; in the loop around send, and in the loop around recv.
@test "goes on when a signal interrupts send or recv (EINTR)" {
    weather --eintr send,recv,poll,select,epoll
    conversation
}

# kind: weather
# points: 5
# hint: send takes what there is room for, recv gives what is there. Both tell how much that was.
# hint: Go on behind what was sent or received until all of it is; lesson 07 shows both loops, and common/io.h has them.
# hint: while (len > 0) { n = send(sockfd, at, len, MSG_NOSIGNAL); … at += n; len -= (size_t)n; }
@test "sends all and receives all, however little the kernel takes or gives" {
    weather --short sockets
    conversation
}

conversation() {
    random_message A words 4
    random_message B korean
    scene <<'END'
receiver$ ./frames receive $PORT
receiver| waiting on 127.0.0.1:$PORT
sender$ ./frames send 127.0.0.1 $PORT
sender< $A
receiver| $ALENGTH bytes: "$A"
sender< $B
receiver| $BLENGTH bytes: "$B"
sender<
receiver| 0 bytes: ""
sender^D
sender= 0
receiver| the end, after 3 messages
receiver= 0
END
}

# kind: memory
# points: 5
# hint /LeakSanitizer/: What the sanitizer's report above speaks of was never given back. getline and malloc give memory; free it when you are done with it, on each way out.
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused, or where it came from.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: The longest message has 65,536 bytes, and in the sender four more in front of it. Every buffer from malloc or getline goes to free.
# hint: char message[sizeof(uint32_t) + LIMIT]; char text[LIMIT], and text[length] = '\0' would write behind it; free(line) at the end.
@test "keeps within its memory, and gives it back" {
    # An address that a function has left behind on the stack would hide a leak, in
    # one run and not in the next. And getline's caller is found with more care only.
    export LSAN_OPTIONS+=:use_stacks=0:use_registers=0
    set_big_text
    longest_message
}
