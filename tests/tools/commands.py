# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds and runs commands."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from checkout import BUILD, ROOT

FIND_PYTHON = ROOT / "tests" / "tools" / "find_python.sh"
LONGEST_REPORT = 20_000


class CommandFailed(AssertionError):
    """A command failed or took too long; the message has the end of its output."""


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time do what several may begin, such as the workers of pytest-xdist."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tool(name: str) -> str:
    """Return the path of a command that is installed beside the running interpreter."""
    return str(Path(sys.executable).parent / name)


def clean_environment(**changes: str) -> dict[str, str]:
    """Return the environment without variables of Ansible and Python, the tools first on PATH, and with the changes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**kept, "PATH": path, **changes}


def run(
    command: Sequence[str | Path],
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    timeout: float = 900,
    *,
    merge: bool = True,
) -> str:
    """Run a command and return its output; raise CommandFailed if it fails or takes longer than ``timeout`` seconds.

    Without ``merge`` standard error is only part of the message of a failure.
    """
    words = [str(word) for word in command]
    with subprocess.Popen(
        words,
        cwd=cwd,
        env=dict(env) if env is not None else clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge else subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            printed, errors = process.communicate(timeout=timeout)
        except BaseException as error:
            # The whole session, as the processes that the command started would continue.
            os.killpg(process.pid, signal.SIGKILL)
            printed, errors = process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise CommandFailed(report(words, f"not done after {timeout} s", printed, errors)) from None
            raise
    if process.returncode:
        raise CommandFailed(report(words, f"status {process.returncode}", printed, errors))
    return printed


def report(words: Sequence[str], problem: str, *printed: str | None) -> str:
    """Return the message about a command that failed."""
    return f"{shlex.join(words)}: {problem}\n{''.join(filter(None, printed))[-LONGEST_REPORT:]}"


def interpreters() -> dict[str, Path]:
    """Return {version: path} of the Python interpreters that run on this machine, oldest first."""
    lines = run(["sh", FIND_PYTHON, "--all"]).splitlines()
    return {version: Path(path) for version, path in (line.split(" ", 1) for line in lines)}


def path_with_interpreters() -> str:
    """Return a PATH on which each pythonX.Y is an interpreter that runs, and not the shim of a version manager."""
    directories = dict.fromkeys(str(path.parent) for path in interpreters().values())
    return os.pathsep.join([str(Path(sys.executable).parent), *directories, os.environ.get("PATH", os.defpath)])
