"""Leave out a dependency of Jupyter's schemas that takes a second to import and that none uses."""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
