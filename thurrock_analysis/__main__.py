"""Lets ``python -m thurrock_analysis`` stand for ``thurrock``."""

import sys

from thurrock_analysis.cli import main

if __name__ == "__main__":
    sys.exit(main())
