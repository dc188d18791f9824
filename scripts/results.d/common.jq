# common.jq - what the programs in this directory share.

# A frame of split.awk's.
def file($path): "\u001e\($path)\n\(.)";

def rows: split("\n") | map(select(. != ""));

# Text is UTF-8 without control characters, but for the end of a line and the
# tab; without what turns the direction of writing; and without what XML forbids.
def dirty: test("[^\\P{Cc}\\n\\t]|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]");
def clean:
    if dirty then
        explode
        | map(if . == 9 or . == 10 or (. >= 32 and . < 127) then .
              elif . < 32 then . + 9216
              elif . == 127 then 9249
              elif . < 160 or (. >= 8234 and . <= 8238) or (. >= 8294 and . <= 8297)
                   or . == 65534 or . == 65535 then 65533
              else . end)
        | implode
    else . end;
def oneline: if test("[\\n\\t]") then split("\n") | join(" ") | split("\t") | join(" ") else . end;

def number: .[0:2];
def topic: .[3:];

# What the kinds of tests are called, in their order.
def kinds: [["behaviour", "what it does"], ["calls", "what it asks the kernel for"],
    ["weather", "what it does in bad weather"], ["memory", "its memory"],
    ["hidden", "hidden tests"]];

# A lesson's tests as its student may see them: of a hidden one there is a number.
def seen:
    [foreach .tests[] as $test (0; if $test.hidden then . + 1 else . end;
        . as $count
        | $test
        | if .hidden then . + {name: "hidden test \($count)", kind: "hidden", why: "", story: "", hint: "", seconds: 0}
          else . end)];

# What stands in the way of all tests, if anything: its name, and what to say.
def obstacle:
    {"missing": ["is handed in", "nothing was handed in"],
     "refused": ["is a file that can be judged", "refused"],
     "not compiled": ["compiles", "it does not compile"],
     "not graded": ["could be judged", "the machine could not judge this; it says nothing about the program"]}[.status]
    | if . == null then null else {name: .[0], says: .[1]} end;

def lines: if . == "" then [] else split("\n") end;

def seconds: (. * 1000 | round) / 1000 | if . < 0.001 then 0 else . end;
