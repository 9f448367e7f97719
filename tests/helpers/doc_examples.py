# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the code blocks out of the documentation, and runs its shell commands against a cloud emulator."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

from checkout import BUILD, ROOT, source_files
from commands import clean_environment, tool

_RST_BLOCK = re.compile(
    r"^(?P<margin> *)\.\. code-block:: (?P<language>\S+)\n(?P<options>(?:(?P=margin)   :.*\n)*)\n"
    r"(?P<text>(?:(?:(?P=margin)   .*)?\n)+)",
    re.MULTILINE,
)
_MARKDOWN_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CONFIRMATION = "decommission_confirm=[^/ ]+/[0-9a-f]{8}"
# The domain of the documentation's examples on T Cloud Public.
DOMAIN = "OTC-EU-DE-00000000001000000000"
_DEMO = ROOT / "tests" / "emulator" / "scenarios" / "demo.yml"
_PLACEHOLDERS = {"<digest>": "[0-9a-f]{8}", "<time>": "[-:0-9TZ]{20}", "<number>": "[0-9]+"}
_BASH = shutil.which("bash") or "bash"
_CAPTION = re.compile(r":caption: (.+)")
# Seconds; generous, as the machine may be busy.
TIMEOUT = 300


@dataclass(frozen=True)
class Block:
    """A code block: its place, its language, the file name in its caption, and its text."""

    page: str
    line: int
    language: str
    caption: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def data(self) -> Any:
        """The data of a YAML block."""
        return yaml.safe_load(self.text)


def pages() -> list[str]:
    """Return the paths of all pages for users."""
    wanted = ("docs/docsite/rst/", "README.md", "roles/", "extensions/", "tests/emulator/README.md")
    return [path for path in source_files() if path.startswith(wanted) and path.endswith((".rst", ".md"))]


def blocks_of(page: str) -> list[Block]:
    """Return the code blocks of a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = (_MARKDOWN_BLOCK if page.endswith(".md") else _RST_BLOCK).finditer(text)
    return [_block(page, text, match) for match in found]


def _block(page: str, text: str, match: re.Match[str]) -> Block:
    options = match.groupdict().get("options") or ""
    caption = _CAPTION.search(options)
    line = text.count("\n", 0, match.start()) + 1
    content = dedent(match["text"]).strip("\n") + "\n"
    return Block(page, line, match["language"], caption[1] if caption else "", content)


def section(page: str, first: str, last: str | None = None) -> list[Block]:
    """Return the blocks of a page from the line ``first`` to the line ``last``, or to the end."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    begin, end = lines.index(first), lines.index(last) if last else len(lines)
    return [block for block in blocks_of(page) if begin < block.line <= end]


def demo_scenario() -> dict[str, Any]:
    """Return the demo's environment in the domain of the documentation."""
    scenario: dict[str, Any] = yaml.safe_load(_DEMO.read_text(encoding="utf-8").replace("OTC-EU-DE-REHEARSAL", DOMAIN))
    return scenario


def shown(text: str) -> str:
    """Return a text without line breaks, margins, list marks and quotes."""
    lines = (line.strip().removeprefix("- ").strip("'\"") for line in text.splitlines())
    return " ".join(" ".join(lines).split())


def pattern_of(text: str) -> str:
    """Return the pattern of a shown text: words such as ``<digest>`` differ, a line ``...`` is for any others."""
    pattern = ".*".join(re.escape(shown(part)) for part in re.split(r"^ *\.\.\.$", text, flags=re.MULTILINE))
    for word, form in _PLACEHOLDERS.items():
        pattern = pattern.replace(word, form)
    return pattern


def assert_shown(blocks: Sequence[Block], printed: str, directory: Path) -> None:
    """Assert that the output shown in the documentation was printed, in the directory of its user."""
    texts = [block for block in blocks if block.language == "text"]
    assert texts
    text = shown(printed.replace(str(directory), "/home/operator")).replace(
        " -e @/home/operator/bin/endpoints.json", ""
    )
    missing = [str(block) for block in texts if not re.search(pattern_of(block.text), text)]
    assert not missing, f"{missing}\n{printed}"


class Shell:
    """Runs shell blocks as a user would, with the checkout's collection and against a cloud emulator.

    ``<digest>`` is replaced by that of the last plan. With ``endpoints``, the commands of Ansible get these in addition
    to their options.
    """

    def __init__(self, directory: Path, endpoints: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        self._bin = directory / "bin"
        self._bin.mkdir()
        printed = directory / "printed.txt"
        more = f" -e @{self._endpoints(endpoints)}" if endpoints else ""
        self._command("ansible-playbook", f'{tool("ansible-playbook")} "$@"{more} | tee -ai {printed}')
        self._command("digest", f"grep -Eo '{_CONFIRMATION}' {printed} | tail -n 1 | cut -d / -f 2")
        if endpoints:
            self._command("ansible", f'OS_AUTH_URL={endpoints["iam"]} exec {tool("ansible")} "$@"')

    def _endpoints(self, endpoints: Mapping[str, str]) -> Path:
        path = self._bin / "endpoints.json"
        path.write_text(json.dumps({"decommission_endpoints": dict(endpoints)}), encoding="utf-8")
        return path

    def _command(self, name: str, line: str) -> None:
        path = self._bin / name
        path.write_text(f"#!{_BASH}\nset -o pipefail\n{line}\n", encoding="utf-8")
        path.chmod(0o755)

    def files(self, blocks: Sequence[Block]) -> None:
        """Write the blocks with a file name in their caption."""
        for block in blocks:
            if block.caption and block.language != "shell":
                path = self.directory / block.caption
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")

    def start(self, blocks: Sequence[Block], **environment: str) -> subprocess.Popen[str]:
        """Start shell blocks as one script, in a process group of its own."""
        script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(
            block.text for block in blocks if block.language == "shell"
        )
        script = script.replace("<digest>", "$(digest)")
        variables = clean_environment(
            HOME=str(self.directory),
            ANSIBLE_COLLECTIONS_PATH=str(BUILD / "dev"),
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            ANSIBLE_NOCOLOR="1",
            **environment,
        )
        variables["PATH"] = f"{self._bin}:{variables['PATH']}"
        return subprocess.Popen(
            [_BASH, "-c", script],
            cwd=self.directory,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, blocks: Sequence[Block], typed: str = "", *, status: int = 0, **environment: str) -> str:
        """Run shell blocks as one script; return the output, or raise AssertionError if it ends with another status.

        ``typed`` is what the user types.
        """
        with self.start(blocks, **environment) as process:
            try:
                printed, _nothing = process.communicate(typed, timeout=TIMEOUT)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        assert process.returncode == status, printed
        return printed
