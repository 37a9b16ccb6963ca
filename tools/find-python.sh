#!/bin/sh
# Print a command that runs the given version of Python ("3.12"); fail when there is none.
# A name on the PATH may be a stand-in that does not run, so each one is tried.
for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1"*/bin/"python$1"; do
    if "$candidate" -c '' 2>/dev/null; then
        echo "$candidate"
        exit 0
    fi
done
exit 1
