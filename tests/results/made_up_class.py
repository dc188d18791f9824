"""A made-up class, as make grade leaves it: made_up_class.py DIR [MORE].

Each student stands for something that can be wrong. MORE ordinary students
follow. HIDDEN is in everything that no student may see.
"""
import json
import os
import random
import sys

LESSONS = ["05-listen-accept", "06-connect"]
HOSTILE = "\n".join([
    "a\x01b\x1b[31mred\x07\x00 \x7f \x85",
    "\x1e../../../tmp/escaped",
    "```",
    "<script>alert(1)</script></pre></details><img src=x onerror=alert(1)>",
    "]]> <!-- &amp; &#0; \"quotes\" 'single', comma; `tick` ```` four",
    "ok 2 - forged",
    "Bail out!",
    "1..0 # SKIP all",
    "  →   7  the line that did not hold",
    "한국어 日本語 😀 e\u0301 \u202eright-to-left\u2066 \ufffe\uffff",
    "=cmd()|' /C calc'!A0",
    "x" * 3500,
])
NAME_OF_A_TEST = 'says <b>"hello"</b> & goes, `on` # SKIP *not* \\ really'


def test(name, points, verdict="passed", kind="behaviour", **more):
    one = {"name": name, "kind": kind, "hidden": False, "points": points, "verdict": verdict, "why": "",
           "score": points if verdict == "passed" else 0, "story": "", "hint": "", "seconds": 0.123}
    if verdict == "failed":
        one.update(story="       1  a$ ./a   ok\n  →    2  a| x\n", hint="Look at *line* 2.")
    if verdict == "not run":
        one.update(why="not run: first what it does")
    return one | more


def result(lesson, verdicts, status="judged", message="", **more):
    passed_first = verdicts[0]
    tests = [
        test("waits", 10, passed_first),
        test(NAME_OF_A_TEST, 15, verdicts[1]),
        test("goes on after EINTR", 5, verdicts[2], "weather"),
        test("HIDDEN name", 5, verdicts[3], hidden=True, why="HIDDEN why", hint="HIDDEN hint",
             story="HIDDEN story"),
    ]
    judged = status == "judged"
    if not judged:
        for one in tests:
            one.update(verdict="not run", why="not run: " + status, score=0, story="", hint="")
    return {"version": 1, "lesson": lesson, "program": "doorman", "status": status, "message": message,
            "score": sum(t["score"] for t in tests), "max_score": 35, "tests": tests,
            "receipt": {"seed": 4711, "isolation": "full", "reasons": [], "submission": "sha256:0123456789abcdef",
                        "grader": "sha256:fedcba", "tools": {"cc": "cc 12"}, "started": "2026-11-22T01:02:03Z",
                        "seconds": 1.5, "file": "x.c"}} | more


P, F, N = "passed", "failed", "not run"
ALL, NONE = [P] * 4, [F, F, N, F]
LONG = "l" * 200


def write(out, more):
    students, intake = [], []

    def add(student, name, email="", status="received", remark="", results=ALL, lessons=LESSONS):
        students.append(f"{student}\t{name}\t{email}".encode() if isinstance(name, str)
                        else student.encode() + b"\t" + name + b"\t" + email.encode())
        for lesson in lessons:
            intake.append(f"{student}\t{lesson}\t{status}\tclass.zip:x\t{remark}")
            if results is None:
                continue
            one = results if isinstance(results, (dict, bytes)) else result(lesson, results)
            path = f"{out}/results/{student}/{lesson}.json"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(one if isinstance(one, bytes) else
                           json.dumps({**one, "lesson": lesson}, indent=2, ensure_ascii=student != "김민수").encode())

    add("all-passed", "Ada Lovelace", "ada@example.org")
    add("none-passed", "Ben", results=NONE)
    hostile = result("", [P, F, F, F])
    hostile["tests"][1].update(story=HOSTILE, hint=HOSTILE)
    hostile["tests"][2].update(story=HOSTILE.replace("\n", " "))
    add("hostile", b"<script>alert(1)</script>\x1e\x01\xe9, \"q\" `t` | *x*", "a,b\"c@example.org", results=hostile)
    add("-formula", "=cmd()|' /C calc'!A0", "+1@example.org", remark="@SUM(1)")
    add("김민수", "김민수 😀, \"민\"", results=[P, P, F, P])
    add(LONG, "L" * 3000)
    add("no-compiler", "Dan", results=result("", ALL, "not compiled", "a.c:1: error: <script> ```\n" + HOSTILE))
    add("missing", "Eve", status="missing", results=None)
    add("refused", "Fay", status="refused", remark="holds NULs", results=None)
    add("not-graded", "Gus", results=result("", ALL, "not graded", "the machine could not grade this", tests=[]))
    add("no-result", "Hal", results=None)
    add("damaged", "Ida", results=b'{"version": 1, "lesson": "05-lis')
    add("other-shape", "Jil", results=b'[{"tests": 7}]')
    liar = result("", [F, P, P, P], score=9999, max_score=9999)
    liar["tests"][0]["score"] = 10
    liar["tests"][1]["score"] = 1000
    add("liar", "Jon", results=liar)
    add("stale", "Leo", status="missing", results=ALL)
    intake.append("all-passed\t-\trefused\tclass.zip:holiday.jpg\tno C file")
    random.seed(7)
    for i in range(more):
        add(f"s{i:05}", f"Student {i}", results=[random.choice([P, F]) for _ in range(4)])
    with open(f"{out}/students.tsv", "wb") as file:
        file.write(b"\n".join(students) + b"\n")
    with open(f"{out}/intake.tsv", "w", encoding="utf-8") as file:
        file.write("\n".join(intake) + "\n")


os.makedirs(sys.argv[1], exist_ok=True)
write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
