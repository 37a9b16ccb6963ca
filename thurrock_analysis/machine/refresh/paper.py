"""What stands at the foot of each printed page, so that a sheet alone says where it is from."""

import re

_PLAIN = re.compile(r"[^A-Za-z0-9 .,:]")


def foot(text: str) -> str:
    r"""Return the style that puts a text and the page's number at the foot of each sheet.

    >>> '"Saltmere\\26  \\3c /a\\3e "' in foot("Saltmere& </a>").replace("\\2f ", "/")
    True
    """
    said = _PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", text)
    return (
        f'@page {{ @bottom-left {{ content: "{said}"; }} '
        '@bottom-right { content: counter(page) " of " counter(pages); } }'
    )
