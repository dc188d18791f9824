# gather.awk - each line STUDENT, 3, LESSON gets a fourth field: the result, on one
# line. JSON has no line breaks within a string, so a blank may stand for each.
BEGIN { FS = OFS = "\t" }
$2 == 3 {
    path = out "/results/" $1 "/" $3 ".json"
    printf "%s\t3\t%s\t", $1, $3
    while ((getline line < path) > 0)
        printf "%s ", line
    close(path)
    print ""
    next
}
{ print }
END { print "\t0" }
