"""Refuse to commit what looks like a return about children or workers, or was made from one."""

import re
import subprocess
import sys
from pathlib import Path

OURS = (".py", ".md", ".yml", ".j2", ".toml", "Makefile")
"""Code, words and cases worked by hand, where names of columns stand and no child does."""
STATUTORY = "data/statutory/"
INTERNAL = "reports/internal/"
SIGNS = {
    "a table of the SSDA903 return": r"(?m)^\W*CHILD\W.*\b(DOB|DECOM|DUC|MIS_START|SW_ID)\b",
    "a child of the children in need census": r"<LAchildID>|<PersonBirthDate>",
    "a worker of the workforce census": r"<SWENo>|\bSWENo\W",
    "a list of Annex A": r"Child Unique ID|Individual adopter identifier",
    "a page made from returns": r"Internal: made from returns about children and workers",
}
WORKBOOKS = (".xls", ".xlsx", ".xlsm", ".ods", ".mdb", ".accdb", ".sav", ".dta")
MARK = b"\xef\xbb\xbf"
MOST = 100_000
"""Letters that are looked through: a header stands at the top."""


def sign(name: str, content: bytes) -> str:
    """Return what a file looks like, or nothing where it can be committed.

    >>> sign("extract.csv", b"CHILD,DECOM,RNE\\n")
    'a table of the SSDA903 return'
    """
    if name.startswith(INTERNAL):
        return "a report made from returns"
    if name.endswith(OURS) or name.startswith(STATUTORY):
        return ""
    if name.lower().endswith(WORKBOOKS):
        return "a workbook, which can hold a return"
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = (
        content[:MOST].removeprefix(MARK).decode("utf-16" if wide else "latin-1", errors="replace")
    )
    return next((what for what, pattern in SIGNS.items() if re.search(pattern, text)), "")


def refused(names: list[str], root: Path) -> list[str]:
    """Return a sentence for each file that must not be committed."""
    found = []
    for name in names:
        path = root / name
        if path.is_file() and (what := sign(name, path.read_bytes())):
            found.append(f"{name} looks like {what}: it must not be committed.")
    return found


def tracked(root: Path) -> list[str]:
    """Return the names of all files that the repository holds, or would with what is staged."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def main() -> int:
    """Look through the files named, or all; say which are refused."""
    root = Path(__file__).resolve().parents[1]
    sentences = refused(sys.argv[1:] or tracked(root), root)
    print(*sentences, sep="\n", end="\n" * bool(sentences), file=sys.stderr)
    return int(bool(sentences))


if __name__ == "__main__":
    sys.exit(main())
