"""An ordinary kernel that imports the usual stack before its notebook comes."""

import os
import sys

from thurrock_analysis.machine.refresh.preload import become_kernel, drop_own_folder, preload


def main(arguments: list[str]) -> None:
    """Import what is named, then serve one notebook.

    Parameters
    ----------
    arguments : list of str
        The connection file, then modules to import.
    """
    connection_file, *modules = arguments
    # On Windows this is a handle of the parent, which ends the kernel by itself.
    parent = int(os.environ["JPY_PARENT_PID"])
    drop_own_folder()
    preload(modules)
    if sys.platform != "win32" and os.getppid() != parent:
        return  # the refresh was killed meanwhile
    become_kernel(connection_file, parent)


if __name__ == "__main__":
    main(sys.argv[1:])
