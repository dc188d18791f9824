"""Measure a ladder's picture: xray-picture.py [--boxes] FILE.svg

Each <text> of it says which box it fills (data-box). No two boxes may overlap,
none may leave the picture, each must have ink in it when rsvg-convert draws
the picture, and no text may have ink outside of its box. With --boxes it is not
drawn.
"""

import re
import struct
import subprocess
import sys
import zlib
import xml.dom.minidom


ZOOM = 0.5  # a large picture takes its time


def pixels(svg):
    """Rows of grey values of the drawn picture."""
    png = subprocess.run(["rsvg-convert", "-z", str(ZOOM)], input=svg.encode(), check=True,
                         stdout=subprocess.PIPE).stdout
    at, data = 8, b""
    width = height = step = 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8
            step = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
        elif kind == b"IDAT":
            data += body
        at += size + 12
    raw = zlib.decompress(data)
    rows, before, stride = [], bytearray(width * step), width * step
    for y in range(height):
        how = raw[y * (stride + 1)]
        row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        unfilter(how, row, before, step)
        rows.append(row[0::step])
        before = row
    return rows


def unfilter(how, row, before, step):
    """Undo one of PNG's five ways to write a row."""
    for i in range(len(row)) if how else ():
        left = row[i - step] if i >= step else 0
        up = before[i]
        corner = before[i - step] if i >= step else 0
        if how == 1:
            guess = left
        elif how == 2:
            guess = up
        elif how == 3:
            guess = (left + up) // 2
        else:
            guess = min((abs(up - corner), 0, left),
                        (abs(left - corner), 1, up),
                        (abs(left + up - 2 * corner), 2, corner))[2]
        row[i] = (row[i] + guess) & 255


def main(path, draw):
    svg = open(path, encoding="utf-8").read()
    root = xml.dom.minidom.parseString(svg).documentElement
    _, _, right, bottom = map(float, root.getAttribute("viewBox").split())
    texts = root.getElementsByTagName("text")
    boxes = [(tuple(map(float, text.getAttribute("data-box").split())),
              text.firstChild.data) for text in texts]
    assert boxes, "no text at all"
    wrong = []
    for i, (box, text) in enumerate(boxes):
        if box[0] < 0 or box[1] < 0 or box[2] > right or box[3] > bottom:
            wrong.append(f"cut off: {text}")
        for other, said in boxes[:i]:
            if box[0] < other[2] and other[0] < box[2] and \
                    box[1] < other[3] - 1 and other[1] < box[3] - 1:
                wrong.append(f"overlap: {text} / {said}")

    if draw:
        wrong += measure_ink(svg, boxes)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def measure_ink(svg, boxes):
    """What is wrong with the text as it is drawn."""
    wrong = []
    # The text alone, in black; and with each box painted over.
    head = re.match(r"<svg[^>]*>", svg).group(0)
    group = re.search(r"<g [^>]*>", svg).group(0)
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    bare = "".join(re.sub(r' fill="[^"]*"', "", text)
                   for text in re.findall(r"<text .*?</text>", svg))
    covers = "".join(
        f'<rect x="{x - 1}" y="{y - 1}" width="{u - x + 2}" '
        f'height="{v - y + 2}" fill="#fff"/>' for (x, y, u, v), _ in boxes)
    drawn = pixels(f"{head}{ground}{group}{bare}</g></svg>")
    for (x, y, u, v), text in boxes:
        x, y, u, v = (int(side * ZOOM) for side in (x, y, u, v))
        ink = any(min(row[x:u + 1], default=255) < 160
                  for row in drawn[y:v + 1])
        if not ink:
            wrong.append(f"not drawn: {text}")
    left = pixels(f"{head}{ground}{group}{bare}{covers}</g></svg>")
    for y, row in enumerate(left):
        if min(row) < 160:
            near = [text for box, text in boxes
                    if box[1] - 8 <= y / ZOOM <= box[3] + 8]
            wrong.append(f"ink outside of the boxes at line {y}: {near}")
            break
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[-1], sys.argv[1] != "--boxes"))
