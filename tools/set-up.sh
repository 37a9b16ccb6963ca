#!/bin/sh
# Put the pinned versions and this package (editable) into a virtual environment.
#
#     tools/set-up.sh PYTHON ENVIRONMENT
#
# Needs Python 3.11 or later and a package index that pip can reach; nothing else.
set -eu
python=$1
environment=$2

stop() {
    echo "set-up: $*" >&2
    exit 1
}

"$python" -c '' 2>/dev/null ||
    stop "'$python' does not run: name a Python of version 3.11 or later with PYTHON=..."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "'$python' is $("$python" -V 2>&1), and 3.11 or later is needed: name one with PYTHON=..."

minor='import sys; print("%d.%d" % sys.version_info[:2])'
inside=$environment/bin/python
if [ "$("$inside" -c "$minor" 2>/dev/null)" != "$("$python" -c "$minor")" ]; then
    # Some systems ship venv without the part that brings pip along.
    "$python" -m venv --clear "$environment" >/dev/null 2>&1 ||
        "$python" -m venv --clear --without-pip "$environment" ||
        stop "'$python' has no working venv module: install it (python3-venv on Debian)."
fi

pip() {
    if "$inside" -m pip --version >/dev/null 2>&1; then
        "$inside" -m pip "$@"
    else
        "$python" -m pip --python "$inside" "$@"
    fi
}

# uv is quicker, but reads none of pip's settings: where it finds no index, pip does the work.
# Bytecode is compiled now, since PYTHONDONTWRITEBYTECODE would leave every later start slow.
wanted='.[test,dev]'
echo "set-up: installing the pinned versions into $environment" >&2
if pip install --quiet --constraint constraints.txt uv &&
    "$environment/bin/uv" pip install --quiet --python "$inside" --compile-bytecode \
        --constraint constraints.txt --editable "$wanted"; then
    exit 0
fi
echo "set-up: uv could not do it, so pip tries" >&2
pip install --quiet --compile --constraint constraints.txt --editable "$wanted" ||
    stop "the pinned versions could not be installed: see the message above."
