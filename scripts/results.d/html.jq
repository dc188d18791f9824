# html.jq - the feedback of one student as one self-contained HTML page.
include "common";

def text: @html;
def tag($name; $class): "<\($name) class=\"\($class)\">\(.)</\($name)>";

def percent: if .max_score > 0 then .score * 100 / .max_score | floor else 0 end;
def bar: "<span class=\"bar\"><i style=\"width:\(percent)%\"></i></span>";

# The line at which the scene did not hold is the one to look at.
def story:
    lines | map(if contains("→") and test("^ *→") then "<b>\(text)</b>" else text end)
    | "<pre>\(join("\n"))</pre>";

def told($open):
    (if .hint == "" then "" else "<p class=\"hint\"><b>Hint</b> \(.hint | text)</p>" end)
    + if .story == "" then "" else
          "<details\(if $open then " open" else "" end)><summary>what happened</summary>\(.story | story)</details>" end;

def mark: {"passed": "✓", "failed": "✗"}[.verdict] // "·";
def spoken: {"passed": "passed", "failed": "failed"}[.verdict] // "not run";

def requirement($first):
    "<li class=\"\(.verdict | split(" ") | join("-"))\"><span class=\"mark\" role=\"img\" aria-label=\"\(spoken)\">\(mark)</span>"
    + "<span class=\"name\">\(.name | text)</span><span class=\"points\">\(.score)<small>/\(.points)</small></span>"
    + (if .verdict == "failed" then told(.name == $first) | if . == "" then "" else tag("div"; "told") end else "" end)
    + "</li>\n";

# Where nothing of a kind was run, one reason is enough.
def group($kind; $first):
    map(select(.kind == $kind[0]))
    | if . == [] then "" else
          (map(.why) | unique) as $why
          | "<h3>\($kind[1] | text)"
            + (if all(.verdict == "not run") and ($why | length) == 1 and $why[0] != "" then
                   " <small>\($why[0] | text)</small>" else "" end)
            + "</h3>\n<ul>\n" + (map(requirement($first)) | add) + "</ul>\n"
      end;

def receipt:
    if .receipt.seed == null then "" else
        "<p class=\"receipt\"><code>make check-\(.lesson | number) SEED=\(.receipt.seed | tostring | text)</code> does the same again"
        + (if .receipt.isolation == "full" then "" else " · judged without full isolation" end)
        + (if .receipt.started then " · judged \(.receipt.started | tostring | .[:16] | split("T") | join(" ") | text) UTC" else "" end)
        + (if .receipt.submission then " · file \(.receipt.submission | tostring | ltrimstr("sha256:") | .[:12] | text)" else "" end)
        + "</p>\n" end;

def section:
    seen as $tests | obstacle as $obstacle
    | ([$tests[] | select(.verdict == "failed")][0].name) as $first
    | "<section id=\"lesson-\(.lesson | number)\">\n<header><h2><span>\(.lesson | number)</span> \(.lesson | topic)"
      + (if .program == "" then "" else " <code>\(.program | text).c</code>" end)
      + "</h2><p class=\"score\">\(.score)<small> of \(.max_score)</small></p>\(bar)</header>\n"
      + (if .remark == "" then "" else "<p class=\"remark\">\(.remark | text)</p>\n" end)
      + (if $obstacle == null then "" else "<p class=\"obstacle\">\($obstacle.says | text)</p>\n" end)
      + (if .message == "" then "" else "<pre>\(.message | text)</pre>\n" end)
      + (if .status == "judged" then [kinds[] as $kind | $tests | group($kind; $first)] | add else "" end)
      + receipt + "</section>\n";

def overview:
    if (.lessons | length) < 2 then "" else
        "<nav><ol>\n"
        + (.lessons | map("<li><a href=\"#lesson-\(.lesson | number)\"><span>\(.lesson | number)</span> \(.lesson | topic)</a>\(bar)"
            + "<span class=\"points\">\(if .status == "missing" then "–" elif .status == "not graded" then "?" else .score end)"
            + "<small>/\(.max_score)</small></span></li>\n") | add)
        + "</ol></nav>\n" end;

def html($css):
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
    + "<title>Feedback for \(.student.name | oneline | text)</title>\n<style>\n\($css)</style>\n</head>\n<body>\n<main>\n"
    + "<header class=\"top\"><p class=\"book\">Socket Workbook</p><h1><bdi>\(.student.name | oneline | text)</bdi></h1>"
    + "<p class=\"score\">\(.score)<small> of \(.max_score) points</small></p>\(bar)</header>\n"
    + (.remarks | map("<p class=\"remark\">\(if .remark == "" then .status else .remark end | text)</p>\n") | add // "")
    + overview + (.lessons | map(section) | add // "") + "</main>\n</body>\n</html>\n";
