#!/usr/bin/env bats
# scripts/intake: each shape in which a class hands in, odd names, and archives
# that would do harm. All archives are made here.

load helper

setup_file() {
    # As root, nobody must be able to pass: the sandbox reads as nobody.
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    export MODULE=$BATS_FILE_TMPDIR
    cat > "$MODULE/pack.py" << 'END'
import io, os, sys, tarfile, time, unicodedata, zipfile, zlib, struct, gzip
NOW = 1700000000

def zipped(path, *members, dates=None):
    """members: (name as text or bytes, content)"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for i, (name, content) in enumerate(members):
            info = zipfile.ZipInfo(('%03d' % i).ljust(len(name), '@') if isinstance(name, bytes) else name, (2026, 11, 1 + i % 20, 12, 0, 0))
            z.writestr(info, content)
    data = out.getvalue()
    for i, (name, content) in enumerate(members):
        if isinstance(name, bytes):
            data = data.replace((b'%03d' % i).ljust(len(name), b'@'), name)
    return put(path, data)

def tarred(path, *members, mode='w:gz'):
    """members: (name, content) or a TarInfo, or (name, content, time)"""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.GNU_FORMAT,
                      encoding='utf-8', errors='surrogateescape') as t:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                t.addfile(member)
                continue
            info = tarfile.TarInfo(os.fsdecode(member[0]))
            data = member[1].encode()
            info.size, info.mtime = len(data), member[2] if len(member) > 2 else NOW
            t.addfile(info, io.BytesIO(data))
    return put(path, out.getvalue())

def special(name, kind, link=''):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mtime = kind, link, NOW
    return info

def put(path, data):
    if path is None:
        return data
    os.makedirs(os.path.dirname(os.fsencode(path)) or b'.', exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data if isinstance(data, bytes) else data.encode())

def c(who):
    return '/* %s */\n' % who
END
}

setup() {
    unset BUILD
    export LESSONS='05-listen-accept 06-connect'
    cd "$BATS_TEST_TMPDIR" || return
    chmod 711 .
    mkdir in
}

pack() { (cd in && PYTHONPATH=$MODULE python3 -c "from pack import *
$(cat)"); }

intake() { # intake [ROSTER]
    run "$ROOT/scripts/intake" in out "$@"
    echo "$output"
    cat out/intake.tsv out/students.tsv
    [ "$status" -eq 0 ]
}

# spent COMMAND...: run it; into ./spent, the seconds of computing that it took,
# for others may be at work here.
spent() {
    local TIMEFORMAT='%U %S' status=0
    { time "$@" 2>&3 || status=$?; } 3>&2 2> seconds || status=$?
    awk '{ print int($1 + $2) }' seconds | tail -n 1 > spent
    return "$status"
}

# got STUDENT LESSON WORD: that student's file for the lesson is WORD's.
got() {
    [ "$(cat "out/submissions/$1/$2"*/*.c)" = "/* $3 */" ] &&
        grep -q "^$1	$2[^	]*	received	" out/intake.tsv
}

line() { grep -qE "^$1	$2[^	]*	$3	$4" out/intake.tsv; } # line STUDENT LESSON STATUS REST

students() { [ "$(cut -f 1 out/students.tsv | sort | tr '\n' ' ')" = "$*${*:+ }" ]; }

# ------------------------------------------------------------------- shapes --

@test "directories: a lesson's, a student's, a file that names its student" {
    pack << 'END'
put('ada/05-listen-accept/doorman.c', c('ada 05'))
put('ada/06-connect/knock.c', c('ada 06'))
put('bob/doorman.c', c('bob'))
put('carol_doorman.c', c('carol'))
put('Dan-Smith-knock.c', c('dan'))
put('eve/socket-workbook/lessons/05-listen-accept/exercise/doorman.c', c('eve'))
put('eve/socket-workbook/lessons/05-listen-accept/exercise/start/doorman.c', c('start'))
put('eve/socket-workbook/lessons/05-listen-accept/server.c', c('no'))
put('eve/socket-workbook/common/error.c', c('no'))
put('frank/Doorman.C', c('frank'))
put('grace/notes.txt', 'hello')
put('grace/knock_final.c', c('grace'))
END
    intake
    got ada 05 'ada 05'
    got ada 06 'ada 06'
    got bob 05 bob
    got carol 05 carol
    got Dan-Smith 06 dan
    got eve 05 eve
    got frank 05 frank
    got grace 06 grace
    line bob 06 missing
    [ "$(grep -c received out/intake.tsv)" -eq 8 ]
    students Dan-Smith ada bob carol eve frank grace
}

@test "a file with another name counts where it can be for one exercise only" {
    pack << 'END'
put('ada/05-listen-accept/main.c', c('ada'))
put('bob/main.c', c('bob'))
put('carol/one.c', c('carol'))
put('carol/two.c', c('carol'))
END
    intake
    got ada 05 ada
    line ada 05 received '.*another name'
    line bob - refused 'bob/main.c	no exercise is called so'
    export LESSONS=05-listen-accept
    intake
    got bob 05 bob
    line carol - refused
    line carol 05 missing
}

@test "what make submit has packed" {
    mkdir -p book/scripts book/lessons
    cp "$ROOT"/scripts/{submit,exercise.bash} book/scripts
    cp -a "$ROOT/lessons/05-listen-accept" "$ROOT/lessons/06-connect" book/lessons
    echo '/* ada */' > book/lessons/05-listen-accept/exercise/doorman.c
    NAME='Ada Lovelace' book/scripts/submit 05-listen-accept 06-connect
    mv book/Ada_Lovelace.tar.gz in
    intake
    got Ada_Lovelace 05 ada
    students Ada_Lovelace
}

@test "Moodle's zip, and what it is when extracted" {
    pack << 'END'
hand_in = tarred(None, ('grace/05-listen-accept/doorman.c', c('grace 05')), ('grace/06-connect/knock.c', c('grace 06')))
members = [('Ada Lovelace_12345_assignsubmission_file_/doorman.c', c('ada')),
    ('Grace Hopper_12346_assignsubmission_file_/grace.tar.gz', hand_in),
    ('김민지_12347_assignsubmission_file/knock.c', c('kim')),
    ("Conan O'Brien-Smith_12348_assignsubmission_file_doorman.c", c('conan')),
    ('Ada Lovelace_12345_assignsubmission_onlinetext_/onlinetext.html', '<p>')]
zipped('course-05-2026.zip', *members)
END
    intake
    got Ada_Lovelace 05 ada
    got Grace_Hopper 05 'grace 05'
    got Grace_Hopper 06 'grace 06'
    got 김민지 06 kim
    got Conan_O_Brien-Smith 05 conan
    students Ada_Lovelace Conan_O_Brien-Smith Grace_Hopper 김민지
    cp out/intake.tsv packed
    line Grace_Hopper 05 received 'course-05-2026.zip:Grace Hopper_12346_assignsubmission_file_/grace.tar.gz:grace/05-listen-accept/doorman.c'
    grep -q "^Conan_O_Brien-Smith	Conan O'Brien-Smith	" out/students.tsv
    (cd in && bsdtar -xf ./*.zip && rm ./*.zip)
    intake
    diff <(cut -f 1-3 packed | sort) <(cut -f 1-3 out/intake.tsv | sort)
    (mkdir in/export && cd in && mv ./*assignsub* export)
    intake
    diff <(cut -f 1-3 packed | sort) <(cut -f 1-3 out/intake.tsv | sort)
}

@test "Moodle: two of one name are two students; one in two assignments is one" {
    pack << 'END'
zipped('five.zip', ('Kim Minji_1_assignsubmission_file_/doorman.c', c('one')), ('Ada_7_assignsubmission_file_/doorman.c', c('ada 05')))
zipped('six.zip', ('Ada_9_assignsubmission_file_/knock.c', c('ada 06')))
END
    intake
    got Ada 05 'ada 05'
    got Ada 06 'ada 06'
    pack << 'END'
zipped('five.zip', ('Kim Minji_1_assignsubmission_file_/doorman.c', c('one')), ('Kim Minji_2_assignsubmission_file_/doorman.c', c('two')))
END
    intake
    got Kim_Minji 05 one
    got Kim_Minji-2 05 two
    line Kim_Minji-2 05 received '.*another one is called Kim_Minji'
}

@test "Canvas' zip, and what it is when extracted: the last turn counts" {
    pack << 'END'
hand_in = tarred(None, ('dan/05-listen-accept/doorman.c', c('dan')))
zipped('submissions.zip',
    ('lovelaceada_12345_67890_doorman-2.c', c('ada 2')),
    ('lovelaceada_12345_67889_doorman-1.c', c('ada 1')),
    ('lovelaceada_12345_67880_doorman.c', c('ada 0')),
    ('lovelaceada_12345_67880_knock-10.c', c('ada 10')),
    ('lovelaceada_12345_67880_knock-9.c', c('ada 9')),
    ('hoppergrace_LATE_222_333_doorman.c', c('grace')),
    ('smithdan_333_444_dan.tar-1.gz', hand_in))
END
    intake
    got lovelaceada 05 'ada 2'
    got lovelaceada 06 'ada 10'
    got hoppergrace 05 grace
    got smithdan 05 dan
    line hoppergrace 05 received '.*late'
    line lovelaceada 05 received '.*handed in 3 times, the newest counts'
    students hoppergrace lovelaceada smithdan
    cp out/intake.tsv packed
    (cd in && bsdtar -xf ./*.zip && rm ./*.zip)
    intake
    diff <(cut -f 1-3 packed | sort) <(cut -f 1-3 out/intake.tsv | sort)
    got lovelaceada 05 'ada 2'
}

@test "GitHub Classroom's repositories, as directories and in a zip" {
    pack << 'END'
for who in ('ada-l', 'bob', 'carol'):
    base = 'week-1-%s/lessons/' % who
    put(base + '05-listen-accept/exercise/doorman.c', c(who))
    put(base + '05-listen-accept/exercise/solution/doorman.c', c('no'))
    put(base + '05-listen-accept/server.c', c('no'))
END
    intake
    got ada-l 05 ada-l
    got bob 05 bob
    students ada-l bob carol
    mkdir in/week-1-submissions && mv in/week-1-[abc]* in/week-1-submissions
    intake
    students ada-l bob carol
    (cd in && bsdtar -cf week-1.zip --format=zip week-1-submissions && rm -r week-1-submissions)
    intake
    students ada-l bob carol
    got carol 05 carol
}

@test "an archive that came alone may be the class" {
    pack << 'END'
zipped('class.zip', ('hand-ins/ada/doorman.c', c('ada')), ('hand-ins/bob/05-listen-accept/doorman.c', c('bob')))
END
    intake
    got ada 05 ada
    got bob 05 bob
    pack << 'END'
zipped('class.zip', ('05-listen-accept/doorman.c', c('ada 05')), ('06-connect/knock.c', c('ada 06')))
END
    mv in/class.zip in/ada.zip
    intake
    got ada 06 'ada 06'
    students ada
}

@test "archives in archives are opened twice, not a third time" {
    pack << 'END'
three = zipped(None, ('doorman.c', c('deep')))
two = tarred(None, ('doorman.c', c('ada')), mode='w:xz')
zipped('ada.zip', ('work.tar.xz', two))
def wrap(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as z: z.writestr(name, data)
    return out.getvalue()
put('bob.zip', wrap('two.zip', wrap('three.zip', three)))
END
    intake
    got ada 05 ada
    line bob - refused '.*too deep'
    line bob 05 missing
}

# -------------------------------------------------------------------- names --

@test "CP949, Latin-1, composed and decomposed names" {
    pack << 'END'
zipped('a.zip', ('김민지_1_assignsubmission_file_/doorman.c'.encode('cp949'), c('kim')),
    ('Müller_2_assignsubmission_file_/doorman.c'.encode('latin-1'), c('mueller')))
nfd = unicodedata.normalize('NFD', '이영희')
put(nfd + '/doorman.c', c('lee'))
zipped('b.zip', (unicodedata.normalize('NFD', 'José') + '_3_assignsubmission_file_/doorman.c', c('jose')),
    ('José_3_assignsubmission_file_/knock.c', c('jose 06')))
put(b'J\xe9r\xf4me_doorman.c', c('jerome'))
put('박철수'.encode('cp949') + b'/knock.c', c('park'))
END
    intake
    got 김민지 05 kim
    got Müller 05 mueller
    got 이영희 05 lee
    got José 05 jose
    got José 06 'jose 06'
    got Jérôme 05 jerome
    got 박철수 06 park
    [ "$(wc -l < out/students.tsv)" -eq 6 ]
    iconv -f UTF-8 -t UTF-8 out/intake.tsv out/students.tsv > /dev/null
}

@test "a Korean name in CP949 within a zip whose names are UTF-8" {
    pack << 'END'
inner = zipped(None, ('과제/doorman.c'.encode('cp949'), c('kim')))
zipped('a.zip', ('최수진_1_assignsubmission_file_/w.zip', inner), ('Ada_2_assignsubmission_file_/knock.c', c('ada')))
END
    intake
    got 최수진 05 kim
    line 최수진 05 received '.*과제/doorman.c'
}

@test "blanks, quotes, line breaks, leading dashes and dots, markup, very long" {
    pack << 'END'
for i, who in enumerate(('-rf', '--help', 'a b', "it's", 'say "hi"', 'line\nbreak', 'tab\tbed', '$(touch hit)', '`touch hit`',
    '*', '..x', '.hidden', 'back\\slash', 'back\\012slash', '=cmd()', '<b>', 'x' * 200, '%s%n', 'colour\x1b[31m', '&;|')):
    put(who + '/doorman.c', c(i))
tarred('in a tar.tar.gz', ('-in\n the [x]*?\\$(a)/doorman.c', c('tar')))
put('\n_doorman.c', c('newline'))
END
    intake
    [ "$(grep -c '	received	' out/intake.tsv)" -eq 22 ]
    [ "$(find out/submissions -type f | wc -l)" -eq 22 ]
    got in_a_tar 05 tar
    [ "$(cut -f 1 out/students.tsv | sort -u | wc -l)" -eq "$(wc -l < out/students.tsv)" ]
    [ -z "$(find . -name hit)" ]
    LC_ALL=C run grep $'[\001-\010\013-\037\177]' out/intake.tsv out/students.tsv
    [ "$status" -eq 1 ]
    LC_ALL=C.UTF-8 run grep -vE '^[[:alnum:]_-][[:alnum:]._-]*	' out/students.tsv
    [ "$status" -eq 1 ]
}

@test "who hands in twice: the newest counts, and the remark says so" {
    pack << 'END'
put('ada/doorman.c', c('old')); os.utime('ada/doorman.c', (NOW, NOW))
put('ada/05-listen-accept/doorman.c', c('new')); os.utime('ada/05-listen-accept/doorman.c', (NOW + 9, NOW + 9))
tarred('bob.tar.gz', ('bob/05-listen-accept/doorman.c', c('bob old'), NOW))
tarred('bob (1).tar.gz', ('bob/05-listen-accept/doorman.c', c('bob new'), NOW + 60))
tarred('carol.tar.gz', ('x/doorman.c', c('one'), NOW), ('x/doorman.c', c('two'), NOW))
END
    intake
    got ada 05 new
    line ada 05 received '.*handed in 2 times, the newest counts \(not ada/doorman.c\)'
    got bob 05 'bob new'
    got carol 05 two
}

@test "names that become the same get a number and a remark" {
    pack << 'END'
put('a b/doorman.c', c('one'))
put('a\tb/doorman.c', c('two'))
put('A_B/doorman.c', c('three'))
END
    intake
    [ "$(cat out/submissions/*/05*/doorman.c | sort | tr -d '\n')" = '/* one *//* three *//* two */' ]
    [ "$(grep -c 'another one is called' out/intake.tsv)" -eq 4 ]
}

@test "nobody can hand in for another one" {
    pack << 'END'
put('ada/doorman.c', c('ada')); os.utime('ada/doorman.c', (NOW, NOW))
late = NOW + 10 ** 8
tarred('mal.tar.gz', ('ada/05-listen-accept/doorman.c', c('mal'), late), ('../ada/doorman.c', c('mal'), late))
put('mel/ada/05-listen-accept/doorman.c', c('mel'))
put('mol/ada_doorman.c', c('mol'))
for who in ('ada', 'bob'): put('mul/%s/lessons/05-listen-accept/exercise/doorman.c' % who, c('mul'))
put('myl/Ada_1_assignsubmission_file_/doorman.c', c('myl'))
END
    intake
    got ada 05 ada
    got mal 05 mal
    line mal 05 received '.*the archive calls its student ada'
    got mel 05 mel
    got mol 05 mol
}

@test "nobody can hand in for another one from within a class's zip" {
    pack << 'END'
evil = tarred(None, ('Ada_1_assignsubmission_file_/doorman.c', c('mal'), NOW + 10 ** 9))
zipped('class.zip', ('Ada_1_assignsubmission_file_/doorman.c', c('ada')),
    ('Mal_2_assignsubmission_file_/a.tar.gz', evil),
    ('Mal_2_assignsubmission_file_/Ada_1_assignsubmission_file_/knock.c', c('mal')))
END
    intake
    got Ada 05 ada
    line Ada 06 missing
    got Mal 05 mal
    rm in/class.zip
    pack << 'END'
for who in ('ada', 'bob', 'mal'):
    put('w-%s/lessons/05-listen-accept/exercise/doorman.c' % who, c(who))
for who in ('ada', 'bob'):
    put('w-mal/w-%s/lessons/06-connect/exercise/knock.c' % who, c('mal'))
END
    intake
    got ada 05 ada
    line ada 06 missing
}

# ------------------------------------------------------------------ refused --

@test "what is no C file is refused, with the reason" {
    pack << 'END'
put('nul/doorman.c', b'int x;\0')
put('utf16/doorman.c', 'int main'.encode('utf-16'))
put('large/doorman.c', b' ' * (1 << 20) + b' ')
put('full/doorman.c', b'/* full */' + b'\n' * ((1 << 20) - 10))
put('empty/doorman.c', b'')
os.makedirs('directory/doorman.c')
os.makedirs('link'); os.symlink('/etc/passwd', 'link/doorman.c')
os.makedirs('fifo'); os.mkfifo('fifo/doorman.c')
os.symlink('/etc', 'etc')
END
    intake
    line nul 05 refused '.*NUL'
    line utf16 05 refused '.*UTF-16'
    line large 05 refused '.*larger than 1048576 bytes'
    got full 05 full
    line empty 05 received
    line directory 05 refused '.*a directory, no regular file'
    line link 05 refused '.*a symbolic link, no regular file'
    line fifo 05 refused '.*a special file'
    [ "$(find out/submissions -type f | wc -l)" -eq 2 ]
    [ -z "$(find out ! -type f ! -type d)" ]
}

@test "encrypted members, damaged archives: a reason for each, and the rest is taken" {
    base64 -d > in/ada.zip << 'END'
UEsDBAoACQAAAHwNdl3xe0NuKQAAAB0AAAAJABwAZG9vcm1hbi5jVVQJAAPbSAJr20gCa3V4CwAB
BAAAAAAEAAAAAAuiUBg0Jz1Iu3igeEG4BwgqP6y1Doq6tBKLQzAWM0tRR6+8qo1YN6JfUEsHCPF7
Q24pAAAAHQAAAFBLAwQKAAAAAAB8DXZdMDoAmg4AAAAOAAAABwAcAGtub2NrLmNVVAkAA9tIAmvb
SAJrdXgLAAEEAAAAAAQAAAAAaW50IG9wZW5fb25lOwpQSwECHgMKAAkAAAB8DXZd8XtDbikAAAAd
AAAACQAYAAAAAAABAAAApIEAAAAAZG9vcm1hbi5jVVQFAAPbSAJrdXgLAAEEAAAAAAQAAAAAUEsB
Ah4DCgAAAAAAfA12XTA6AJoOAAAADgAAAAcAGAAAAAAAAQAAAKSBfAAAAGtub2NrLmNVVAUAA9tI
Amt1eAsAAQQAAAAABAAAAABQSwUGAAAAAAIAAgCcAAAAywAAAAAA
END
    pack << 'END'
whole = tarred(None, ('x/knock.c', c('bob')), ('x/doorman.c', ''.join(c(os.urandom(9).hex()) for i in range(20000))))
put('bob.tar.gz', whole[:len(whole) // 2])
put('carol.zip', b'this is no archive')
put('dan.tar.gz', b'')
data = zipped(None, ('doorman.c', c('some words that are packed')))
at = data.index(b'doorman.c') + 12
put('eve.zip', data[:at] + b'\xff\xff\xff' + data[at + 3:])
zipped('frank.zip', ('readme.txt', 'x'))
put('grace.rar', os.urandom(1000))
END
    intake
    line ada 05 refused '.*encrypted'
    grep -q open_one out/submissions/ada/06-connect/knock.c
    got bob 06 bob
    line bob 05 refused '.*damaged'
    line carol - refused '.*damaged'
    line dan - refused
    line eve 05 refused '.*damaged'
    line frank - refused '.*no C file'
    line grace - refused
}

@test "absolute paths, .., links, devices: nothing is written elsewhere" {
    pack << 'END'
place = os.path.abspath('../hit')
tarred('mal.tar.gz', (place + '/doorman.c', c('mal')), ('../../hit/doorman.c', c('mal')), ('x/../../../hit/doorman.c', c('mal')),
    special('to', tarfile.SYMTYPE, place), ('to/doorman.c', c('mal')),
    special('05-listen-accept/doorman.c', tarfile.SYMTYPE, '/etc/passwd'),
    special('06-connect/knock.c', tarfile.LNKTYPE, '/etc/passwd'),
    special('a/doorman.c', tarfile.CHRTYPE), special('b/doorman.c', tarfile.BLKTYPE), special('c/doorman.c', tarfile.FIFOTYPE))
put('mel.tar', '#mtree\ndoorman.c type=file contents=/etc/passwd\n')
put('ada/doorman.c', c('ada'))
END
    ls -laR > ../before.txt || true
    intake
    got ada 05 ada
    [ ! -e hit ] && [ ! -e ../hit ]
    line mal 06 refused '.*a hard link'
    run grep -r root: out/submissions
    [ "$status" -eq 1 ]
    [ "$(grep -c '^mal	.*leads out' out/intake.tsv)" -eq 3 ]
    [ -z "$(find out ! -type f ! -type d)" ]
}

@test "bombs take neither the disk nor the time, and hide nobody" {
    pack << 'END'
pack_ = zlib.compressobj(9, zlib.DEFLATED, -15)
zeros = pack_.compress(bytes(1 << 24)) + pack_.flush(zlib.Z_FULL_FLUSH)
def lying_zip(name, times, claimed):
    data = zeros * times + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    head = struct.pack('<HHHHHIIIHH', 20, 0, 8, 0, 0x5b21, 0, len(data), claimed, len(name), 0)
    local = b'PK\3\4' + head + name + data
    entry = b'PK\1\2' + struct.pack('<H', 20) + head + struct.pack('<HHHII', 0, 0, 0, 0, 0) + name
    return local + entry + b'PK\5\6' + struct.pack('<HHHHIIH', 0, 0, 1, 1, len(entry), len(local), 0)
ten_gigabytes = lying_zip(b'doorman.c', 640, 4 << 28)
put('liar.zip', lying_zip(b'doorman.c', 640, 100))
put('nested.zip', lying_zip(b'inner.zip', 640, 100))
head = tarfile.TarInfo('doorman.c'); head.size = 10 << 30
one = gzip.compress(bytes(1 << 24), 9)
put('zeros.tar.gz', gzip.compress(head.tobuf(tarfile.GNU_FORMAT)) + one * 640)
# 42: five layers of sixteen; two are opened.
layer = zipped(None, ('0.c', 'x'))
for depth in range(4):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for i in range(16): z.writestr('lib %d.zip' % i, layer)
    layer = out.getvalue()
put('fortytwo.zip', layer)
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as z:
    z.writestr('Mal_1_assignsubmission_file_/a.zip', ten_gigabytes)
    z.writestr('Mal_1_assignsubmission_file_/zeros.tar.gz', open('zeros.tar.gz', 'rb').read())
    z.writestr('Zed_2_assignsubmission_file_/doorman.c', c('zed'))
put('moodle.zip', out.getvalue())
put('zoe/doorman.c', c('zoe'))
END
    local most=0 now
    export TMPDIR=$BATS_TEST_TMPDIR/work
    mkdir -m 711 work
    spent "$ROOT/scripts/intake" in out 3>&- &
    local intake=$!
    while kill -0 $intake 2> /dev/null; do
        now=$(du -sk work out 2> /dev/null | awk '{ sum += $1 } END { print sum }')
        [ "${now:-0}" -le "$most" ] || most=$now
        read -r -t 0.2 <> <(:) || true
    done
    wait $intake
    [ "$(< spent)" -lt 240 ]
    echo "at most $most KiB"
    cat out/intake.tsv
    got Zed 05 zed
    got zoe 05 zoe
    line liar - refused || line liar 05 refused
    line fortytwo - refused '.*too deep'
    line zeros 05 refused || line zeros - refused
    [ "$(grep -c '	received	' out/intake.tsv)" -eq 2 ]
    [ "$most" -lt 204800 ]
    [ -z "$(ls -A work)" ]
}

@test "5,000 members hide nobody" {
    pack << 'END'
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as z:
    for i in range(5000): z.writestr('Mal_1_assignsubmission_file_/%d/doorman.c' % i, '')
    z.writestr('Zed_2_assignsubmission_file_/doorman.c', c('zed'))
put('moodle.zip', out.getvalue())
many = [('x%d.c' % i, '') for i in range(500)]
tarred('mel.tar.gz', *many)
for i in range(3000): put('mil/%d/doorman.c' % i, '')
put('zoe/doorman.c', c('zoe'))
END
    spent intake > said
    [ "$(< spent)" -lt 60 ]
    got Zed 05 zed
    got zoe 05 zoe
    [ "$(wc -l < out/intake.tsv)" -lt 300 ]
    line Mal - refused '.*only 256 are looked at'
    line mil - refused '.*only 256 are looked at'
}

# ------------------------------------------------------------------- roster --

@test "a roster names the class: missing, and not in the roster" {
    pack << 'END'
put('s1/doorman.c', c('ada'))
put('nobody/doorman.c', c('nobody'))
put('../class.csv', '\ufeffid,name,email\r\ns1,"Lovelace, Ada",ada@example.org\r\ns2,"Kim ""Minji""\r\nLee",kim@example.org\r\n')
END
    intake class.csv
    got s1 05 ada
    line s1 06 missing
    line s2 05 missing
    line s2 06 missing
    line nobody 05 received '.*not in the roster'
    grep -qx 's1	Lovelace, Ada	ada@example.org' out/students.tsv
    grep -qx 's2	Kim "Minji" Lee	kim@example.org' out/students.tsv
}

@test "a roster knows students by Moodle's, Canvas' and GitHub's names too" {
    pack << 'END'
zipped('moodle.zip', ('Ada Lovelace_77_assignsubmission_file_/doorman.c', c('ada')), ('Somebody Else_78_assignsubmission_file_/doorman.c', c('bob')))
zipped('canvas.zip', ('lovelaceada_5_6_knock.c', c('ada 06')), ('unlikeany_9_6_knock.c', c('carol')))
for who in ('dee-dee', 'x'): put('hw-%s/lessons/05-listen-accept/exercise/doorman.c' % who, c(who))
put('eve@example.org_knock.c', c('eve'))
put('../class.csv', 'Name,Student number,E-mail,Moodle participant,Canvas id,GitHub user\nAda Lovelace,1,,,,\nBob,2,,78,,\n'
    'Carol,3,,,9,\nDee,4,,,,Dee-Dee\nEve,5,eve@example.org,,,\nTwin One,6,,,,\nTwin One,7,,,,\n')
put('Twin One/doorman.c', c('twin'))
END
    intake class.csv
    got 1 05 ada
    got 1 06 'ada 06'
    got 2 05 bob
    got 3 06 carol
    got 4 05 dee-dee
    got 5 06 eve
    line 6 05 missing
    line Twin_One 05 received '.*fits several in the roster'
    line x 05 received '.*not in the roster'
}

@test "the lists that Moodle, Canvas and GitHub Classroom export are rosters" {
    pack << 'END'
put('Ada Lovelace/doorman.c', c('ada'))
put('../moodle.csv', '"First name",Surname,"ID number","Email address"\nAda,Lovelace,11,ada@example.org\n')
put('../canvas.csv', 'Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",99,11,ada,one\n')
put('../github.csv', 'identifier,github_username,github_id,name\n11,adal,4711,Ada Lovelace\n')
put('../semicolon.csv', 'id;name\n11;Ada Lovelace\n')
put('../cp949.csv', '학번,이름\n11,Ada Lovelace\n12,김민지\n'.encode('cp949'))
put('../none.csv', 'Ada,Lovelace\n')
END
    local list
    for list in moodle github semicolon cp949; do
        intake $list.csv
        got 11 05 ada
    done
    grep -q '^12	김민지	' out/students.tsv
    rm -r in/*
    pack <<< "put('lovelaceada_99_1_doorman.c', c('ada'))"
    intake canvas.csv
    got 11 05 ada
    run "$ROOT/scripts/intake" in out none.csv
    [ "$status" -eq 2 ]
    [[ $output == *'the first line must say'* ]]
}

# -------------------------------------------------------------- all the rest --

@test "a second intake replaces the first, and what was not made by it stays" {
    pack <<< "put('ada/doorman.c', c('ada')); put('bob/doorman.c', c('bob'))"
    intake
    mkdir -p out/results/ada && echo '{}' > out/results/ada/05-listen-accept.json
    rm -r in/bob
    intake
    [ ! -e out/submissions/bob ]
    [ -e out/results/ada/05-listen-accept.json ]
    [ "$(find out -mindepth 1 -maxdepth 1 | wc -l)" -eq 4 ]
}

@test "OUT within SUBMISSIONS is not taken for a hand-in" {
    pack <<< "put('ada/doorman.c', c('ada'))"
    "$ROOT/scripts/intake" in in/grades
    "$ROOT/scripts/intake" in in/grades
    [ "$(cut -f 1 in/grades/students.tsv)" = ada ]
}

@test "an empty class, no directory, no roster" {
    intake
    [ ! -s out/intake.tsv ]
    run "$ROOT/scripts/intake" nowhere out
    [ "$status" -eq 2 ]
    run "$ROOT/scripts/intake" in out nowhere.csv
    [ "$status" -eq 2 ]
}

@test "where the machine cannot isolate, archives are not opened" {
    pack <<< "tarred('ada.tar.gz', ('doorman.c', c('ada')))"
    mkdir bin
    printf '#!/bin/sh\nexit 1\n' > bin/bwrap
    chmod +x bin/bwrap
    PATH=$PWD/bin:$PATH run "$ROOT/scripts/intake" in out
    echo "$output"
    [ "$status" -eq 3 ]
    [[ $output == *'no sandbox could be made'* ]]
    ISOLATION=none intake
    got ada 05 ada
}

@test "for a plain user, too" {
    pack << 'END'
tarred('ada.tar.gz', ('ada/05-listen-accept/doorman.c', c('ada')))
zipped('six.zip', ('Bob_1_assignsubmission_file_/knock.c', c('bob')))
END
    local user=()
    if [ "$(id -u)" -eq 0 ]; then user=(setpriv --reuid 65534 --regid 65534 --clear-groups); fi
    mkdir out
    chmod 777 out
    env TMPDIR="$PWD/out" "${user[@]}" "$ROOT/scripts/intake" in out
    got ada 05 ada
    got Bob 06 bob
}

@test "50 hand-ins in a few seconds" {
    pack << 'END'
for i in range(50): tarred('s%d.tar.gz' % i, ('s%d/05-listen-accept/doorman.c' % i, c(i)))
END
    spent intake > said
    [ "$(< spent)" -lt 15 ]
    [ "$(grep -c '	received	' out/intake.tsv)" -eq 50 ]
    got s37 05 37
}
