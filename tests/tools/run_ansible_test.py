# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test without containers: on a copy of the checkout, with the interpreters of this machine.

Usage: run_ansible_test.py sanity [ARGUMENT ...]
       run_ansible_test.py units PYTHON [ARGUMENT ...]

Units run on one version of Python, such as 3.9; arguments are paths of tests (folders end with /) and options.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from checkout import BUILD, ROOT, export_collection
from commands import clean_environment, interpreters, path_with_interpreters, run, tool
from environments import Environment, units_environment

HOME = BUILD / "home"
PIP_SETTINGS = (".config/pip", ".pip")
# Modules and module_utils; what runs on controllers only has other Pythons.
REMOTE_TESTS = ("tests/unit/plugins/module_utils/", "tests/unit/plugins/modules/")


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


def sanity(collection: Path, *arguments: str) -> str:
    """Run ansible-test sanity on a copy of the collection; return what it printed."""
    environment = clean_environment(HOME=str(prepare_home()), PATH=path_with_interpreters())
    return run([tool("ansible-test"), "sanity", "--color", "no", *arguments], collection, environment, 1800)


def units(
    collection: Path,
    version: str,
    *arguments: str,
    ansible: Environment | None = None,
    environment: Environment | None = None,
) -> str:
    """Run ansible-test units on a copy of the collection with a version of Python; return what it printed.

    ``ansible``: run the ansible-test of this environment instead of the running one. ``environment``: run the tests in
    this environment of that Python instead of one with the newest requirements.
    """
    python = (environment or units_environment(version, interpreters()[version])).make().command("python")
    command = ansible.command("ansible-test") if ansible else tool("ansible-test")
    path = os.pathsep.join([str(Path(command).parent), path_with_interpreters()])
    variables = clean_environment(HOME=str(prepare_home()), PATH=path)
    options = ["--color", "no", "--num-workers", "2", "--target-python", f"{version}@{python}"]
    return run([command, "units", *options, *(arguments or REMOTE_TESTS)], collection, variables, 1800)


if __name__ == "__main__":
    runner = {"sanity": sanity, "units": units}[sys.argv[1]]
    print(runner(export_collection(BUILD / sys.argv[1]), *sys.argv[2:]))
