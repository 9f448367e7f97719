# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action decommission_validate: environments that write to the same place, and files that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible_collections.sundown.hwcloud.plugins.action import decommission_validate
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.approval import Approval

VARIABLE = "decommission_report_dir"
DIRECTORIES = {"a": "/reports", "b": " /reports", "c": "{{ unknown }}", "d": "{{ unknown }}", "e": ["x"], "f": ["x"]}


class Templar:
    """A templar that cannot evaluate a template."""

    def copy_with_new_env(self, *, available_variables: Mapping[str, Any]) -> Templar:
        assert available_variables
        return self

    def template(self, value: Any) -> Any:
        if "{{" in value:
            raise AnsibleError("unknown is undefined")
        return value


def test_hosts_with_same_directory_are_found_beside_unusable_values() -> None:
    variables = {host: {VARIABLE: value} for host, value in DIRECTORIES.items()}
    in_scope = {
        "inventory_hostname": "a",
        "ansible_play_hosts_all": list(DIRECTORIES),
        "hostvars": SimpleNamespace(raw_get=variables.__getitem__),
        VARIABLE: DIRECTORIES["a"],
    }
    assert decommission_validate._shared(Templar(), in_scope, VARIABLE) == [["a", "b"]]


@pytest.mark.parametrize(
    ("name", "reason"), [("missing.json", "does not exist"), ("", "cannot be read: Is a directory")]
)
def test_approval_of_plan_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    settings: Any = SimpleNamespace(
        approval=Approval(given=True, digest="0123abcd"),
        plan_file=str(tmp_path / name),
        project="eu-de_shop",
        region="eu-de",
        report_dir="",
    )
    with pytest.raises(OptionError, match=f"decommission_plan_file: .*: {reason}"):
        decommission_validate._approved(settings, {})


def test_report_directory_below_file_is_named_with_reason(tmp_path: Path) -> None:
    occupied = tmp_path / "reports"
    occupied.write_text("a file", encoding="utf-8")
    read = {"report_dir": str(occupied), "project": "eu-de_shop", "plan_file": ""}
    assert list(decommission_validate._unwritable(read)) == [
        f"decommission_report_dir: {occupied}/eu-de_shop cannot be written: Not a directory"
    ]
