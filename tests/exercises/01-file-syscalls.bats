#!/usr/bin/env bats
# The grader of lesson 01's exercise, copy.c.

load grader

# A program that copies for ever is ended by the kernel: after a second of
# processor time, or 8 MiB in a file. How long it waits for its turn, as on a
# busy machine, does not count.
case ${WRAP:-} in
*prlimit*) ;;
*) WRAP="${WRAP:+$WRAP }prlimit --cpu=1 --fsize=8388608" ;;
esac

# kind: behaviour
# points: 10
# hint: open SRC for reading and DST for writing; read and write until read returns 0; say how many bytes it was.
# hint: DST may be new: O_WRONLY | O_CREAT, and then open takes a third argument, the permissions, 0644.
# hint: while ((n = read(from, piece, sizeof piece)) > 0) write those n bytes; then printf("copied %lld bytes: %s -> %s\n", …).
# hint /status 137|Killed|CPU time|SIGKILL|SIGXCPU|SIGXFSZ|File size|deadline/: It does not stop. At the end of a file read returns 0, and not -1.
# hint /expected +permissions/: Where open may make a file, it takes a third argument: the permissions of the new one, 0644.
@test "makes DST, with the permissions 0644, and says how many bytes it copied" {
    random TEXT words 3
    SETS+=(--set "BYTES=$((${#TEXT} + 1))")
    scene <<'END'
copy$ sh -c 'echo "$TEXT" > poem.txt; ./copy poem.txt twin.txt; echo status $?; stat -c "permissions %04a" twin.txt; cat twin.txt'
copy| copied $BYTES bytes: poem.txt -> twin.txt
copy| status 0
copy| permissions 0644
copy| $TEXT
copy= 0
END
}

# Some 100,000 bytes, zeros and 0xff among them, are copied and compared.
many_bytes() {
    random FROM number 10000 30000
    SETS+=(--set "TO=$((FROM + 20000))")
    scene <<'END'
# Numbers, with a zero behind each in the place of a newline. cmp is silent when two files are the same.
copy$ sh -c 'seq $FROM $TO | tr "\n7" "\0\377" > numbers.bin; stat -c %s numbers.bin; ./copy numbers.bin twin.bin; cmp numbers.bin twin.bin'
copy| {bytes:[0-9]+}
copy| copied {bytes} bytes: numbers.bin -> twin.bin
copy= 0
END
}

# kind: behaviour
# points: 10
# hint: A file holds bytes, not text: a zero is one of them, and 0xff as well. What does your loop do when it reads one?
# hint: Write exactly the n bytes that read has returned. strlen, fputs and "%s" stop at a zero, and a char cannot hold EOF.
# hint: n = read(from, piece, sizeof piece); then write(to, piece, (size_t)n), again and again until n is 0.
# hint /status 137|Killed|CPU time|SIGKILL|SIGXCPU|SIGXFSZ|File size|deadline/: It does not stop. At the end of a file read returns 0, and not -1.
@test "copies every byte, zeros too, of large files and of empty ones" {
    many_bytes
    scene <<'END'
copy$ sh -c './copy /dev/null empty.bin; stat -c "size %s" empty.bin'
copy| copied 0 bytes: /dev/null -> empty.bin
copy| size 0
copy= 0
END
}

# kind: behaviour
# points: 5
# hint: DST may be there already, and longer than SRC. Nothing of that may be left.
# hint: There is a flag of open that empties a file which is there.
# hint: O_WRONLY | O_CREAT | O_TRUNC
@test "leaves nothing of what was in DST before" {
    random TEXT word
    scene <<'END'
copy$ sh -c 'echo "$TEXT" > word.txt; seq 1 100 > numbers.txt; ./copy word.txt numbers.txt; cat numbers.txt'
copy| copied {...} bytes: word.txt -> numbers.txt
copy| $TEXT
copy= 0
END
}

# kind: behaviour
# points: 10
# hint: Without a source there is nothing to copy. Is DST opened, and emptied, before you know that SRC can be?
# hint: Open SRC first. On -1 report the error and return, before DST is touched; the status at the end is 1.
# hint: int from = open(src, O_RDONLY); if (from == -1) { report("open %s", src); return false; }
# hint /expected +status 1.*got +status 0/: It failed, and says that all is well. The status must be 1.
@test "leaves DST as it was when SRC cannot be opened, and ends with status 1" {
    random TEXT words 2
    scene <<'END'
copy$ sh -c 'echo "$TEXT" > poem.txt; ./copy missing.txt poem.txt; echo status $?; cat poem.txt' 2>complaints
copy| status 1
copy| $TEXT
copy= 0
# The error was named on stderr.
copy$ test -s complaints
copy= 0
END
}

# kind: behaviour
# points: 10
# hint: With --no-clobber, DST must be a name that nobody has. A link that leads nowhere has one, too.
# hint: open has a flag for it, which works together with O_CREAT only: the lesson's experiment "exclusive" shows it.
# hint: O_WRONLY | O_CREAT | O_EXCL: open makes the file, or fails with EEXIST.
# hint /ln -s nowhere/: You asked whether DST is there (access and stat follow a link, and find nothing). Let open do it: O_CREAT | O_EXCL.
@test "with --no-clobber never touches a name that is taken, be it by a link to nowhere" {
    random TEXT words 2
    scene <<'END'
# A new name.
copy$ sh -c 'echo "$TEXT" > poem.txt; ./copy --no-clobber poem.txt new.txt; echo status $?; cat new.txt'
copy| copied {...} bytes: poem.txt -> new.txt
copy| status 0
copy| $TEXT
copy= 0
# A name that is taken.
copy$ sh -c 'echo new > poem.txt; echo $TEXT > taken.txt; ./copy --no-clobber poem.txt taken.txt; echo status $?; cat taken.txt' 2>complaints
copy| status 1
copy| $TEXT
copy= 0
# A link to a file that does not exist, and is not to be made.
copy$ sh -c 'echo new > poem.txt; ln -s nowhere.txt link.txt; ./copy --no-clobber poem.txt link.txt; echo status $?; test -e nowhere.txt' 2>complaints
copy| status 1
copy= 1
END
}

# kind: behaviour
# points: 10
# hint: When SRC and DST are one file, opening DST empties both. How could you know it before?
# hint: A file can have several names. fstat and stat tell its device and its number there, st_dev and st_ino: compare both.
# hint: fstat(from, &a), stat(dst, &b): where a.st_dev == b.st_dev and a.st_ino == b.st_ino, say so, close, and return false.
# hint /A second name/: A file can have several names. fstat and stat tell its device and its number there: st_dev, st_ino.
# hint /refusal was told/: Nobody sees why nothing was copied. A line on stderr says it: the two are the same file.
# hint /two pairs/: A name that is not there yet is no file: stat returns -1 for it, and tells nothing. Look at what it returns before you compare.
@test "refuses to copy a file onto itself, whatever names it has" {
    random TEXT words 2
    scene <<'END'
# The same name.
copy$ sh -c 'echo "$TEXT" > poem.txt; ./copy poem.txt poem.txt; echo status $?; cat poem.txt' 2>complaints
copy| status 1
copy| $TEXT
copy= 0
# The refusal was told on stderr.
copy$ test -s complaints
copy= 0
# A second name of the same file.
copy$ sh -c 'echo "$TEXT" > poem.txt; ln poem.txt second.txt; ./copy poem.txt second.txt; echo status $?; cat poem.txt' 2>complaints
copy| status 1
copy| $TEXT
copy= 0
# A link that leads to it.
copy$ sh -c 'echo "$TEXT" > poem.txt; ln -s poem.txt link.txt; ./copy link.txt ./poem.txt; echo status $?; cat poem.txt' 2>complaints
copy| status 1
copy| $TEXT
copy= 0
# Of these two pairs none is one file: what the first one writes, the second one reads.
copy$ sh -c 'echo "$TEXT" > poem.txt; echo old > twin.txt; ./copy poem.txt twin.txt twin.txt third.txt; echo status $?; cat third.txt'
copy| copied {...} bytes: poem.txt -> twin.txt
copy| copied {...} bytes: twin.txt -> third.txt
copy| status 0
copy| $TEXT
copy= 0
END
}

# kind: behaviour
# points: 10
# hint: One pair that fails is no reason to leave the others alone, or to forget that it failed.
# hint: Report an error and return false; do not end the program there (die does). main counts what has failed.
# hint: if (from == -1) { report("open %s", src); return false; } and at the end of main: return status, 1 if any pair failed.
@test "goes on with the next pair when one has failed, and ends with status 1" {
    random TEXT words 2
    scene <<'END'
copy$ sh -c 'echo "$TEXT" > poem.txt; ./copy missing.txt a.txt poem.txt no/such/place.txt poem.txt b.txt; echo status $?; cat b.txt' 2>complaints
copy| copied {...} bytes: poem.txt -> b.txt
copy| status 1
copy| $TEXT
copy= 0
END
}

# kind: calls
# points: 5
# hint: What has been opened must be closed, and after an error nobody else does it for you.
# hint: Look at each `return` in copy: which of the two files are open there? Each way out closes them.
# hint: if (to == -1) { report("open %s for writing", dst); close(from); return false; }
@test "closes both files of each pair, also of one that failed" {
    scene <<'END'
# 0 to 7 are all the descriptors that it may have. Eight pairs fail, and the ninth is copied.
copy$ sh -c 'echo word > word.txt; echo old > taken.txt; for i in 1 2 3 4 5 6 7 8; do set -- "$@" word.txt taken.txt; done; ulimit -n 8; exec ./copy --no-clobber "$@" word.txt a.txt' 2>complaints
copy| copied 5 bytes: word.txt -> a.txt
copy= 1
# A file onto itself, and a directory, which can be opened and not read.
copy$ sh -c 'echo word > word.txt; mkdir dir; for i in 1 2 3 4 5 6 7 8; do set -- "$@" word.txt word.txt dir b.txt; done; ulimit -n 8; exec ./copy "$@" word.txt c.txt' 2>complaints
copy| copied 5 bytes: word.txt -> c.txt
copy= 1
# Nine pairs that are copied.
copy$ sh -c 'echo word > word.txt; for i in 1 2 3 4 5 6 7 8 9; do set -- "$@" word.txt d.txt; done; ulimit -n 8; exec ./copy "$@"' >lines
copy= 0
END
}

# The program's own file, copied to a new name, with its system calls.
traced_copy() {
    traced_scene <<'END'
copy$ sh -c 'exec ./copy --no-clobber copy new.bin'
copy| copied {...} bytes: copy -> new.bin
copy= 0
END
}

# kind: calls
# points: 5
# hint: Each read and each write is a visit to the kernel. How many bytes does one of yours bring?
# hint: Read into an array of some thousand bytes, and write what is in it with one call.
# hint: char piece[16384]; … read(from, piece, sizeof piece)
@test "asks for 512 bytes or more at a time" {
    traced_copy
    local size made most
    size=$(stat -L -c %s "$PROGRAMS/copy")
    most=$((2 * (size / 512 + 1) + 50))
    made=$(calls '^(read|write|readv|writev|pread64|pwrite64)\(' | wc -l)
    [ "$made" -le "$most" ] || fail \
        "$made reads and writes to copy $size bytes. The last ones:" \
        "$(calls '^(read|write|readv|writev|pread64|pwrite64)\(' | tail -n 6)"
}

# kind: calls
# points: 5
# hint: Between a look whether DST is there and open, another program can make it. Who can do both in one step?
# hint: The flags of open can say "make it, or fail". That is one step, and nobody comes in between.
# hint: open(dst, O_WRONLY | O_CREAT | O_EXCL, 0644)
@test "with --no-clobber looks and makes DST in one step (O_CREAT with O_EXCL)" {
    traced_copy
    [ -n "$(calls '^(open|openat|openat2|creat)\(.*O_CREAT.*O_EXCL|^(link|linkat|renameat2)\(.*= 0$')" ] ||
        fail 'new.bin was opened like this:' "$(calls '^(open|openat|openat2|creat|rename)\(.*"new\.bin"')"
}

# kind: weather
# points: 10
# hint: read and write may do a part of what they were asked for, and that is no error. Only 0 from read is the end.
# hint: write returns how many bytes it took. Write the rest, in a loop, until all that was read is written.
# hint: while (n > 0) { ssize_t w = write(to, p, (size_t)n); if (w == -1) …; p += w; n -= w; }
@test "copies everything though read and write take only a part" {
    weather --short files
    many_bytes
}

# kind: weather
# points: 5
# hint: A disk can be full. Which call tells you, and what do you do with its answer?
# hint: Check each write (and close): on -1 report it, close both files, and return false without "copied …".
# hint: if (write(…) == -1) { report("write %s", dst); … return false; }
@test "names the error when the disk is full, and does not say that it has copied" {
    scene <<'END'
# A file may grow to some kilobytes here, and then write fails.
copy$ sh -c 'seq 10000 30000 > numbers.txt; trap "" XFSZ; ulimit -f 8; exec ./copy numbers.txt twin.txt' 2>complaints
copy= 1
copy$ test -s complaints
copy= 0
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: An array of N bytes has room for N, and what read brings needs no \0 behind it.
# hint: read(from, piece, sizeof piece) and write(to, piece, (size_t)n): neither needs one byte more.
@test "keeps within its memory" {
    many_bytes
}
