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
