# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The draft that approves plans: nothing as it is, and exactly the plans in lines that are no comments any more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.approved import approved_draft
from hypothesis import example, given
from hypothesis import strategies as st

VARIABLE = "decommission_confirmations"
NAMES = st.lists(st.text(max_size=64), unique=True)
HOSTILE = [
    "it's",
    'say "hi"',
    "a # b",
    "a\nb: c",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{#",
    "\x85\u2028\ufeff",
    "😀",
    "}",
    "~",
    "",
]


class Unsafe(str):
    """A text that Ansible must not take for a template."""


class Loader(yaml.SafeLoader):
    """Reads YAML with Ansible's tag."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def project(name: str, planned: int = 3, stops: int = 0, region: str = "eu-de", instances: int = 0) -> dict[str, Any]:
    """A planned environment of a summary."""
    return {
        "project": name,
        "confirmation": f"{name}/0123abcd",
        "planned": planned,
        "instances": instances,
        "stops": stops,
        "region": region,
    }


def uncommented(draft: str, *numbers: int, mark: str = "#") -> str:
    """The draft without the mark at the beginning of these lines of environments, or of all of them."""
    lines = draft.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if line.startswith("#")]
    for number in numbers or range(len(places)):
        lines[places[number]] = lines[places[number]].removeprefix(mark)
    return "".join(lines)


def read(draft: str) -> Mapping[str, str]:
    """What the draft approves."""
    data = yaml.load(draft, Loader)
    assert {*data} == {VARIABLE}
    return data[VARIABLE]


@given(NAMES)
@example(HOSTILE)
def test_draft_without_marks_is_exactly_mapping(names: list[str]) -> None:
    draft = approved_draft(map(project, names))
    assert read(draft) == {}
    assert draft.isascii() and len(draft.splitlines()) == len(names) + 3
    for mark in ("#", "# "):
        assert read(uncommented(draft, mark=mark)) == {name: f"{name}/0123abcd" for name in names}


@given(NAMES.filter(bool), st.data())
def test_draft_without_one_mark_approves_one(names: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(names) - 1))
    draft = approved_draft(map(project, names))
    assert read(uncommented(draft, number)) == {names[number]: f"{names[number]}/0123abcd"}


def test_draft_read_by_ansible_is_no_template(tmp_path: Path) -> None:
    file, loader = tmp_path / "approved.yml", DataLoader()
    file.write_text(uncommented(approved_draft(map(project, HOSTILE))), encoding="utf-8")
    # As the option -e reads files; before ansible-core 2.19 every file is trusted.
    trusted = {"trusted_as_template": True}
    variables = loader.load_from_file(
        str(file), **trusted if {*trusted} <= {*signature(loader.load_from_file).parameters} else {}
    )
    assert Templar(loader, variables=variables).template(variables[VARIABLE]) == {
        name: f"{name}/0123abcd" for name in HOSTILE
    }


def test_draft_of_names_from_inventory_is_that_of_plain_names() -> None:
    class HostName(str):
        __slots__ = ()

    assert approved_draft([project(HostName("eu-de_a"))]) == approved_draft([project("eu-de_a")])


def test_draft_line_names_instances_records_stops_and_region() -> None:
    projects = [project("eu-de_a", 1), project("eu-de_b", 1200, 1), project("eu-de_c", 5, 2, "")]
    draft = approved_draft([*projects, project("eu-de_d", 1043, instances=3)])
    facts = [re.search(r",  # (.+)$", line) for line in draft.splitlines()[2:-1]]
    assert [found and found[1] for found in facts] == [
        "1 record, eu-de",
        "1,200 records, 1 replication to be stopped, eu-de",
        "5 records, 2 replications to be stopped",
        "3 instances and 1,040 records, eu-de",
    ]
