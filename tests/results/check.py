"""What Python's own parsers say: check.py csv|html|cost OUT…"""
import csv
import glob
import html.parser
import json
import resource
import subprocess
import sys

VOID = {"meta", "br", "img", "link"}


def check_csv(out):
    """class.csv and tests.csv: strict, CRLF, no formula, and all numbers agree."""
    def rows(name):
        with open(f"{out}/{name}", "rb") as file:
            raw = file.read()
        assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n"), name
        table = list(csv.reader(raw.decode("utf-8").splitlines(keepends=True), strict=True))
        assert len({len(row) for row in table}) == 1, f"{name}: rows of different lengths"
        for row in table:
            for cell in row:
                assert cell.lstrip(" ")[:1] not in tuple("=+-@") or cell == "", f"{name}: {cell!r}"
        return [dict(zip(table[0], row)) for row in table[1:]]

    grades, tests = rows("class.csv"), rows("tests.csv")
    assert [g["student"] for g in grades] == [t["student"] for t in tests]
    files = glob.glob(f"{out}/students/*.json")
    assert len(files) == len(grades)
    lessons = [column for column in grades[0] if column[:2].isdigit()]
    for grade, test in zip(grades, tests):
        name = grade["student"]
        with open(f"{out}/students/{name.removeprefix(chr(39))}.json", encoding="utf-8") as file:
            document = json.load(file)
        assert int(grade["score"]) == document["score"], name
        assert int(grade["max_score"]) == document["max_score"], name
        assert grade["name"].removeprefix("'") == document["student"]["name"].removeprefix("'"), name
        assert document["score"] == sum(int(grade[lesson] or 0) for lesson in lessons), name
        assert document["score"] == sum(int(test[c] or 0) for c in test if c != "student"), name
        for lesson in document["lessons"]:
            assert (grade[lesson["lesson"]] == "") == (lesson["status"] == "not graded"), name
    for grade in grades:
        print(grade["student"][:20], grade["score"], *(grade[lesson] or "-" for lesson in lessons))


class Page(html.parser.HTMLParser):
    """Tags balanced, nothing that runs or loads."""
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.ids, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        assert tag not in {"script", "img", "link", "iframe", "object", "embed", "base", "form", "svg"}, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in {"src", "srcset", "action", "background"}, name
            if name == "href":
                assert value.startswith("#"), value
                self.links.append(value[1:])
            if name == "id":
                self.ids.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> in {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            assert "url(" not in data and "@import" not in data
        self.text.append(data)


def check_html(out):
    for path in sorted(glob.glob(f"{out}/feedback/*.html")):
        page = Page()
        with open(path, encoding="utf-8") as file:
            page.feed(file.read())
        page.close()
        assert not page.open, path
        assert set(page.links) <= set(page.ids) and len(set(page.ids)) == len(page.ids), path
        if path.endswith("/hostile.html"):
            assert "<script>alert(1)</script></pre></details><img src=x onerror=alert(1)>" in "".join(page.text)
        print(path.rsplit("/", 1)[1][:30], "holds")


def check_cost(small, large):
    """Of two classes the larger one takes no more memory; and how long it takes."""
    def peak(out):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["scripts/results", out], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_maxrss, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    few, _ = peak(small)
    many, seconds = peak(large)
    print(f"{few} KiB, then {many} KiB; {seconds:.1f} s of processor time")
    assert many < few * 1.25 and seconds < 12


{"csv": check_csv, "html": check_html, "cost": check_cost}[sys.argv[1]](*sys.argv[2:])
