"""What a workbook says of the size of its sheets, which their cells may contradict."""

import io
import re
import zipfile
from dataclasses import dataclass

SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\bid="([^"]*)"')
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')
DIMENSION = re.compile(rb'<(?:\w+:)?dimension\b[^>]*\bref="[A-Z]+\d+(?::[A-Z]+(\d+))?"')
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
HEAD, TAIL, STEP = 4096, 1 << 16, 1 << 20


@dataclass(frozen=True)
class Size:
    """The rows down to which a sheet says that it reaches, and down to which it is formatted."""

    stated: int | None = None
    formatted: int | None = None


def sizes(content: bytes) -> dict[str, Size]:
    """Return the sizes of the sheets of an xlsx workbook by name; none of another's."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        try:
            names = SHEET.findall(book.read("xl/workbook.xml"))
            relations = RELATION.findall(book.read("xl/_rels/workbook.xml.rels"))
        except KeyError:
            return {}
        told = [dict(ATTRIBUTE.findall(one)) for one in relations]
        parts = {
            one[b"Id"]: one[b"Target"].decode().removeprefix("/").removeprefix("xl/")
            for one in told
            if {b"Id", b"Target"} <= set(one)
        }
        return {
            name.decode(): size(book, f"xl/{parts[place]}")
            for name, place in names
            if place in parts and f"xl/{parts[place]}" in book.NameToInfo
        }


def size(book: zipfile.ZipFile, part: str) -> Size:
    """Return the size of one sheet, by how it begins and ends."""
    with book.open(part) as stream:
        head = stream.read(HEAD)
        tail = head
        while more := stream.read(STEP):
            tail = (tail + more)[-TAIL:]
    rows = [int(each) for each in ROW.findall(tail)]
    told = DIMENSION.search(head)
    stated = int(told[1] or 1) if told else None
    return Size(stated, max(rows, default=None))
