"""An XML as its tags and the text behind each: expat judges it, and it is cut up at once."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from thurrock_analysis.errors import ThurrockError

if TYPE_CHECKING:
    import pyarrow as pa

WINDOWS = "windows-1252"
NO_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
ENDS_EARLY = {
    expat.errors.codes[fault]
    for fault in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
ASIDE = re.compile(rb"<(?:!--.*?-->|\?.*?\?>|!\[CDATA\[(.*?)\]\]>)", re.DOTALL)
"""Comments, instructions, and text in which nothing is a tag."""
QUOTING = re.compile(rb"""<[^<>"']++(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)++>""")
"""A tag with attributes, in which alone a tag can hold the sign that ends it."""
NEWLINE, SLASH, OPENING, CLOSING = b"\n/<>"
NOWHERE = -1
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Markup:
    """The tags of a file in their order.

    Attributes
    ----------
    names : list of str
        The tags that stand in it.
    tags : ndarray of int
        Which of them each is; only of those that open.
    opens : ndarray of bool
        Whether each opens an element. One that is empty is closed by the next.
    starts, newlines : ndarray of int
        The bytes at which each begins, and those that end a line.
    words : Array of str
        The texts that are not blank.
    word : ndarray of int
        Which of them stands between each tag and the next, -1 where there is none.
    encoding : str
        How it is written, where it is not as it says.
    """

    names: list[str]
    tags: Places
    opens: np.ndarray[Any, np.dtype[np.bool_]]
    starts: Places
    newlines: Places
    words: "pa.Array"
    word: Places
    encoding: str

    def lines(self, tags: Places | int) -> Places:
        """Return the lines on which some tags begin."""
        return np.asarray(1 + np.searchsorted(self.newlines, self.starts[tags]))

    def texts(self, words: Places) -> ExtensionArray:
        """Return some of the words, empty where there is none."""
        import pyarrow as pa

        found = self.words.take(pa.array(words, mask=words < 0)).fill_null("")
        return pd.array(pa.chunked_array([found]), dtype="str")


def read(name: str, content: bytes) -> Markup:
    """Read a file.

    Raises
    ------
    ThurrockError
        It is cut short or no XML, or it has a document type definition, through which it could
        draw in other files or grow without end.
    """
    encoding = ""
    try:
        try:
            declared = judged(name, content)
        except expat.ExpatError as error:
            if error.code != NO_TOKEN:
                raise
            declared = judged(name, content, encoding := WINDOWS)
    except expat.ExpatError as error:
        raise refused(name, error) from None
    return cut(plain(content, declared), encoding)


def judged(name: str, content: bytes, encoding: str | None = None) -> str:
    """Return the encoding of a whole XML without a definition of its type."""
    parser = expat.ParserCreate(encoding)
    declared = []

    def refuse(*_: object) -> None:
        raise ThurrockError(
            f"{name}, line {parser.CurrentLineNumber}, has a document type definition "
            "(DOCTYPE), which no return has and which can draw in other files: nothing of it is "
            "read; export it again."
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = lambda _, stated, __: declared.append(stated or "")
    parser.Parse(content, True)
    return WIDE.get(content[:2]) or encoding or "".join(declared) or "utf-8"


def refused(name: str, error: expat.ExpatError) -> ThurrockError:
    """Build the sentence for a file that is no whole XML."""
    if error.code in ENDS_EARLY:
        return ThurrockError(
            f"{name} is cut short: it ends within line {error.lineno}, and nothing of it is read; "
            "export it again."
        )
    reason = expat.ErrorString(error.code)
    return ThurrockError(
        f"{name}, line {error.lineno}, is no XML ({reason}), and nothing of the file is read; "
        "export it again."
    )


def plain(content: bytes, encoding: str) -> bytes:
    r"""Rewrite a whole XML so that each ``<`` and the next ``>`` are those of a tag.

    Every line stays the line that it is.

    >>> plain(b"<?xml version='1.0'?>\r\n<a b='>'><![CDATA[<c>]]></a>", "utf-8")
    b"\n<a b='&gt;'>&lt;c&gt;</a>"
    """
    if encoding.lower() != "utf-8":
        content = content.decode(encoding).encode()
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    content = ASIDE.sub(written, content)
    if b'"' in content or b"'" in content:
        content = QUOTING.sub(lambda tag: tag[0][:-1].replace(b">", b"&gt;") + b">", content)
    return content


def written(aside: re.Match[bytes]) -> bytes:
    """Write what stands aside as text, a comment as nothing but its lines."""
    return escape(aside[1].decode()).encode() if aside[1] else b"\n" * aside[0].count(b"\n")


def cut(content: bytes, encoding: str) -> Markup:
    """Cut up a plain XML."""
    import pyarrow as pa

    signs = np.frombuffer(content, np.uint8)
    starts, stops = (np.flatnonzero(signs == sign) for sign in (OPENING, CLOSING))
    if len(stops) > len(starts):  # some stand in texts
        stops = stops[np.searchsorted(stops, starts)]
    ends = np.append(np.column_stack([starts, stops + 1]), len(content))
    parts = pa.Array.from_buffers(
        pa.large_string(), len(ends) - 1, [None, pa.py_buffer(ends), pa.py_buffer(content)]
    )
    closing = signs[starts + 1] == SLASH
    known = parts.take(pa.array(np.flatnonzero(~closing) * 2)).dictionary_encode()
    tags = np.full(len(starts), NOWHERE)
    tags[~closing] = known.indices.to_numpy()
    names = [tag.strip("</>").split(None, 1)[0] for tag in known.dictionary.to_pylist()]
    words, word = texts(parts, ends)
    empty = ~closing & (signs[stops - 1] == SLASH)
    of = np.repeat(np.arange(len(starts)), 1 + empty)
    again = np.append(False, of[1:] == of[:-1])
    followed = np.append(again[1:], False)
    return Markup(
        names,
        tags[of],
        ~closing[of] & ~again,
        starts[of],
        np.flatnonzero(signs == NEWLINE),
        words,
        np.where(followed, NOWHERE, word[of]),
        encoding,
    )


def texts(parts: "pa.Array", ends: Places) -> "tuple[pa.Array, Places]":
    """Return the texts that are not blank, and which of them stands behind each tag."""
    import pyarrow as pa
    from pyarrow import compute

    filled = np.flatnonzero(np.diff(ends[1:])[::2] > 0)
    found = parts.take(pa.array(filled * 2 + 1))
    escaped = compute.match_substring(found, "&")
    if compute.any(escaped).as_py():
        meant = [meaning(text) for text in found.filter(escaped).to_pylist()]
        found = compute.replace_with_mask(found, escaped, pa.array(meant, pa.large_string()))
    found = compute.utf8_trim_whitespace(found)
    there = compute.greater(compute.binary_length(found), 0)
    word = np.full(len(parts) // 2, NOWHERE)
    word[filled[there.to_numpy(zero_copy_only=False)]] = np.arange(compute.sum(there).as_py() or 0)
    return found.filter(there), word


def meaning(text: str) -> str:
    """Return a text with what its references stand for.

    >>> meaning("R &amp; D &#8364;")
    'R & D €'
    """
    return ElementTree.fromstring(f"<_>{text}</_>").text or ""


def sorting(numbers: Places) -> Places:
    """Return the order of numbers that are not below nought and not large, the first first."""
    return np.argsort(numbers.astype(np.min_scalar_type(numbers.max(initial=0))), kind="stable")
