"""The one exception whose text is meant for the reader."""


class ThurrockError(Exception):
    """A problem that whoever runs the project can put right.

    Its text is one clear sentence that names the thing and says what would be right; the
    command line prints it without a traceback.

    Examples
    --------
    >>> str(ThurrockError("there is no notebook named demnd; did you mean demand?"))
    'there is no notebook named demnd; did you mean demand?'
    """


LONGEST = 60  # characters of what was found or typed that a message repeats


def quoted(text: str) -> str:
    """Quote in a message what was found, and of much only the beginning.

    >>> quoted("20,1"), len(quoted("9" * 5000))
    ("'20,1'", 63)
    """
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
