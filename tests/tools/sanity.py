# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepares ansible-test to run on a copy of the checkout, with every interpreter of the machine and its own home."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path

from checkout import BUILD, ROOT, export_collection
from commands import clean_environment, path_with_interpreters, run, tool

HOME = BUILD / "home"
PIP_SETTINGS = (".config/pip", ".pip")


def prepare_home() -> Path:
    """Make a home for ansible-test: pip set up as the user's, the bootstrap scripts in place; return it."""
    for name in PIP_SETTINGS:
        settings, link = Path.home() / name, HOME / name
        if settings.is_dir() and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(settings, target_is_directory=True)
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in pip_versions():
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            shutil.copyfile(ROOT / "tests" / "tools" / "get_pip.py", script)
    return HOME


def pip_versions() -> set[str]:
    """Return the pip versions that the installed ansible-test asks for."""
    package = importlib.util.find_spec("ansible_test")
    if package is None or not package.submodule_search_locations:
        raise LookupError("ansible-test is not installed")
    source = Path(package.submodule_search_locations[0]) / "_internal" / "python_requirements.py"
    versions = set(re.findall(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8")))
    if not versions:
        raise LookupError(f"{source} names no pip version")
    return versions


def run_sanity(arguments: list[str], timeout: float = 1800) -> str:
    """Run ansible-test sanity with more arguments on a fresh copy; return what it printed."""
    collection = export_collection(BUILD / "sanity")
    environment = clean_environment(HOME=str(prepare_home()), PATH=path_with_interpreters())
    return run([tool("ansible-test"), "sanity", "--color", "no", *arguments], collection, environment, timeout)


if __name__ == "__main__":
    print(run_sanity(sys.argv[1:]))
