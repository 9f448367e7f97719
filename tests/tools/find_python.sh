#!/bin/sh
# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: find_python.sh [VERSION ...]        path of the first version that runs (default: newest first, 3.14 to 3.11)
#        find_python.sh --all [VERSION ...]  one line "VERSION PATH" for each version that runs (default: 3.9 to 3.15)
#
# Each candidate is run, since a name on PATH may be a version manager's shim for a version that is not switched on.

set -u

all=no
if [ "${1:-}" = --all ]; then
    all=yes
    shift
fi
if [ $# -eq 0 ]; then
    if [ "$all" = yes ]; then
        set -- 3.9 3.10 3.11 3.12 3.13 3.14 3.15
    else
        set -- 3.14 3.13 3.12 3.11
    fi
fi

# probe VERSION COMMAND: print the path of the interpreter (not of a virtual environment on it) if it is that version
# and can make virtual environments.
probe() {
    "$2" -c '
import os, sys
import ensurepip, ssl, venv
if "%d.%d" % sys.version_info[:2] != sys.argv[1]:
    sys.exit(1)
base = os.path.join(sys.base_prefix, "bin", "python" + sys.argv[1])
print(base if os.access(base, os.X_OK) else sys.executable)
' "$1" 2>/dev/null
}

find_version() {
    for command in "python$1" python3; do
        probe "$1" "$command" && return 0
    done
    for root in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv"; do
        [ -n "$root" ] || continue
        for command in "$root/versions/$1".*/bin/python3; do
            [ -x "$command" ] && probe "$1" "$command" && return 0
        done
    done
    return 1
}

found=no
for version in "$@"; do
    path=$(find_version "$version") || continue
    found=yes
    if [ "$all" = no ]; then
        echo "$path"
        exit 0
    fi
    echo "$version $path"
done
if [ "$found" = no ]; then
    echo "find_python.sh: no Python of version $* that can make virtual environments was found" >&2
    exit 1
fi
