# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the place of the get-pip script that ansible-test fetches from a host of its own.

It needs no more than the package index that pip is set up for, and serves every pip version: the pip that comes
with the interpreter installs the one that is named in the arguments.
"""

from __future__ import annotations

import subprocess
import sys

# The options of get-pip that its pip does not know.
OWN_OPTIONS = {"--no-setuptools", "--no-wheel"}

if __name__ == "__main__":
    # In children: ensurepip changes the environment of the process that it runs in.
    subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True, stdout=subprocess.DEVNULL)
    arguments = [argument for argument in sys.argv[1:] if argument not in OWN_OPTIONS]
    sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", *arguments], check=False).returncode)
