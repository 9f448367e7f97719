# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How the run was launched, and the command that launches it again to apply its plan."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from ansible import constants
from ansible.parsing.splitter import parse_kv

from .arguments import SECRETS, role_spec
from .names import PLAYBOOK_NAMES

CONFIRM = "decommission_confirm"

# What only this or the next run may set.
_APPROVALS = ("decommission_planned", "decommission_confirmations", CONFIRM)
# Where no quotes and no other spelling are needed, neither in a shell nor in key=value.
_PLAIN = re.compile(r"[\w./:@%+,-]+", re.ASCII)
# The automation controller sets each variable under both prefixes.
_PREFIXES = ("awx", "tower")
_HOST = "AWX_HOST"
# A survey may ask for it; the automation controller tells no job who has approved it.
_APPROVER = "decommission_x_approver"


@dataclass(frozen=True)
class Launch:
    """The options of the command line, the variables of the host and the environment of the process."""

    options: Mapping[str, Any]
    variables: Mapping[str, Any]
    environment: Mapping[str, str]

    def launched_by(self) -> dict[str, str]:
        """Return ``user``, ``approver``, ``job``, ``workflow`` and ``url`` of a job, as far as they are known."""
        number = self._job("job_id")
        host = self.environment.get(_HOST, "").rstrip("/")
        facts = {
            "user": self._job("user_name"),
            "approver": str(self.variables.get(_APPROVER) or ""),
            "job": self._titled("job_template_name", "job_id"),
            "workflow": self._titled("workflow_job_name", "workflow_job_id"),
            "url": f"{host}/#/jobs/playbook/{number}" if host and number else "",
        }
        return {name: value for name, value in facts.items() if value}

    def command(self, confirmation: str) -> tuple[str | None, list[str]]:
        """Return the command that applies the plan, and the names of variables that it lacks.

        For a job of the automation controller it is an instruction. It is None where there is no one command: among
        several hosts, each of which has a plan of its own, and outside of ansible-playbook.
        """
        if not confirmation or len(self.variables.get("ansible_play_hosts_all", ())) > 1:
            return None, []
        if self._is_job():
            return f"approve the workflow, or launch the job template that applies with {CONFIRM}={confirmation}", []
        return self._again(*_assign({CONFIRM: confirmation}))

    def command_with(self, file: str) -> tuple[str | None, list[str]]:
        """Return the command that runs the same hosts with the variables in a file, as `command`, None for a job."""
        return (None, []) if self._is_job() else self._again("-e", f"@{file}")

    def _again(self, *words: str) -> tuple[str | None, list[str]]:
        # Other commands than ansible-playbook have no such option.
        if "start_at_task" not in self.options:
            return None, []
        lacking: list[str] = []
        extra = [word for text in self.options.get("extra_vars") or () for word in _extra_vars(str(text), lacking)]
        words = ("ansible-playbook", *self.options["args"], *self._scope(), *extra, *words)
        return shlex.join(map(str, words)), sorted({*lacking} - {*_APPROVALS})

    def _is_job(self) -> bool:
        return bool(self.environment.get(_HOST) or self._job("job_id"))

    def _job(self, name: str) -> str:
        return next((str(value) for prefix in _PREFIXES if (value := self.variables.get(f"{prefix}_{name}"))), "")

    def _titled(self, name: str, number: str) -> str:
        return " ".join(filter(None, (self._job(name), f"#{self._job(number)}" if self._job(number) else "")))

    def _scope(self) -> Iterator[str]:
        inventory = list(self.options.get("inventory") or ())
        if inventory != list(constants.DEFAULT_HOST_LIST):
            yield from _each("-i", inventory)
        yield from _each("--limit", [self.options["subset"]] if self.options.get("subset") else [])
        if self.options.get("forks") not in (None, constants.DEFAULT_FORKS):
            yield from ("--forks", str(self.options["forks"]))
        yield from _each("--vault-id", self.options.get("vault_ids") or ())
        yield from _each("--vault-password-file", self.options.get("vault_password_files") or ())
        if self.options.get("ask_vault_pass"):
            yield "--ask-vault-pass"


def _each(option: str, values: Sequence[str]) -> Iterator[str]:
    for value in values:
        yield from (option, value)


def _extra_vars(text: str, lacking: list[str]) -> Iterator[str]:
    """Yield the words of one option ``-e`` without variables that may be secret; ``lacking`` takes their names."""
    if text.startswith("@"):
        yield from ("-e", text)
        return
    try:
        given = yaml.safe_load(text) if text.startswith(("{", "[")) else parse_kv(text)
    except yaml.YAMLError:
        # Only Ansible itself reads what has a tag, such as a vaulted value.
        given = {"some in YAML": None}
    if not isinstance(given, Mapping):
        return
    known = {*role_spec(), *PLAYBOOK_NAMES} - {*SECRETS, *_APPROVALS}
    lacking += [str(name) for name in given if name not in known and name != "_raw_params"]
    yield from _assign({str(name): value for name, value in given.items() if name in known})


def _assign(variables: Mapping[str, Any]) -> Iterator[str]:
    """Yield options ``-e``: key=value for plain text, and JSON for everything that key=value would change."""
    plain = {name: value for name, value in variables.items() if isinstance(value, str) and _PLAIN.fullmatch(value)}
    for name, value in plain.items():
        yield from ("-e", f"{name}={value}")
    rest = {name: value for name, value in variables.items() if name not in plain}
    if rest:
        yield from ("-e", json.dumps(rest, default=str))
