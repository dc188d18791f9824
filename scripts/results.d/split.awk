# split.awk - framed text into files: a line that begins with the byte 0x1e names
# the file, below the directory `into`, that the lines behind it are added to.
substr($0, 1, 1) == "\036" {
    if (path != "")
        close(path)
    path = into substr($0, 2)
    next
}
{ print >> path }
