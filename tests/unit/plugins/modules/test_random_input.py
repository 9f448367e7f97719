# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a service answers, a module ends with a result or with an error that says whose answer it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES as KNOWN
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import ACCESS_KEY, SECRET_KEY
from helpers.fake_services import SERVICES, Spoil, World
from helpers.module_calls import ModuleResult
from helpers.mutations import spoils

EXAMPLES = 25
# Of the options that an identity service's answer is held against.
OPTIONS = ("project_id:", "project_name:")
KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


@dataclass(frozen=True)
class Deletion:
    """A delete module and what it is asked for; ``service`` is the one that is asked."""

    module: str
    service: str
    ids: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def all_options(self) -> dict[str, Any]:
        if self.service == "dms":
            return {"tasks": [{"instance_id": "a-kafka-1", "task_id": one} for one in self.ids], **self.options}
        return {"task_ids" if self.service == "dcs" else "job_ids": list(self.ids), **self.options}


DELETIONS = [
    Deletion("gaussdb_job", "gaussdb", ("a-gauss-1", "a-gauss-3", "unknown")),
    Deletion("gaussdb_job", "gaussdb", ("a-gauss-1", "a-gauss-2"), KEY),
    Deletion("drs_job", "drs", ("a-drs-1", "a-drs-2", "unknown"), {"api_version": "v5"}),
    Deletion("drs_job", "drs", ("a-drs-1", "a-drs-2"), {"api_version": "v5", "stop": True, "wait_timeout": 0.2}),
    Deletion("drs_job", "drs", ("a-drs-1", "a-drs-2", "unknown"), {"stop": True, "wait_timeout": 0.2}),
    Deletion("dms_task", "dms", ("a-dms-1", "a-dms-2", "unknown")),
    Deletion("cce_job", "cce", ("a-cce-1", "a-cce-2", "unknown")),
    Deletion("dcs_task", "dcs", ("a-dcs-1", "a-dcs-2", "unknown")),
]
LISTINGS: list[tuple[str, dict[str, Any]]] = [
    ("gaussdb_job_info", {}),
    ("drs_job_info", {"api_version": "v5"}),
    ("dms_task_info", {}),
    ("cce_job_info", {}),
    ("dcs_task_info", {}),
    ("environment_info", {"api_version": "v5"}),
    ("identity_info", {}),
    ("identity_info", KEY),
]

fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def texts(value: Any) -> Iterator[str]:
    """Every text in a result, at any depth, names of keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def presentable(text: str) -> bool:
    """Whether a text can be written to a screen: nothing that steers it, nothing that cannot be seen."""
    return all(unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for ch in text)


def check_sane(result: ModuleResult) -> None:
    shown = {name: value for name, value in result.items() if name != "invocation"}
    assert "exception" not in shown, result.output
    assert "internal error" not in result.output
    assert "Traceback" not in result.output
    unfit = [text for text in texts(shown) if not presentable(text)]
    assert not unfit
    if result.failed and not result.get("failures"):
        assert names_who_said_it(result), result["msg"]


def names_who_said_it(result: ModuleResult) -> bool:
    named = {result.get("service"), *(listing for listing in result.get("listings", ()))}
    return bool(named & {*KNOWN, "iam"}) or result["msg"].startswith(OPTIONS)


def is_record(record: dict[str, Any]) -> bool:
    """Whether everything in a record has the type that the documentation of the modules gives."""
    texts_or_none = ("instance_id", "name", "status", "created_at", "updated_at")
    return (
        all(record[name] is None or isinstance(record[name], str) for name in texts_or_none)
        and all(isinstance(record[name], str) and record[name] for name in ("service", "region", "project_id", "id"))
        and isinstance(record["deletable"], bool)
    )


@pytest.mark.parametrize("deletion", DELETIONS, ids=lambda one: f"{one.module}-{len(one.options)}-{len(one.ids)}")
@fuzz
@given(spoil=spoils(), check=st.booleans())
def test_nothing_is_deleted_that_was_not_asked_for(world: World, deletion: Deletion, spoil: Spoil, check: bool) -> None:
    world.renew()
    before, others = world.ids(deletion.service), world.all_ids()
    result = world.call(deletion.module, spoil, check=check, **deletion.all_options)
    check_sane(result)
    gone = others - world.all_ids()
    deletes = [asked for asked in world.asked if asked.method == "DELETE"]
    assert gone <= set(deletion.ids)
    assert {asked.service for asked in deletes} <= {deletion.service}
    if check:
        assert not gone
        assert not deletes
    if "deleted" in result:
        accounted = [*result["deleted"], *result["absent"], *(failure["id"] for failure in result["failures"])]
        assert sorted(accounted) == sorted(deletion.ids)
        assert len(deletion.ids) == result["summary"]["requested"]
        assert all(failure["error_msg"] for failure in result["failures"])
        assert result.failed == bool(result["failures"])
        if result["failures"]:
            assert KNOWN[deletion.service].title in result["msg"]
    else:
        assert result.failed
        assert before == world.ids(deletion.service)


@pytest.mark.parametrize(("module", "options"), LISTINGS, ids=lambda value: value if isinstance(value, str) else "")
@fuzz
@given(spoil=spoils())
def test_a_listing_is_whole_and_clean_or_an_error(
    world: World, module: str, options: dict[str, Any], spoil: Spoil
) -> None:
    world.renew()
    before = world.all_ids()
    result = world.call(module, spoil, **options)
    check_sane(result)
    assert world.all_ids() == before
    assert not [asked for asked in world.asked if asked.method not in ("GET", "POST")]
    if module == "identity_info":
        return
    records = result.get("records", [])
    assert result.failed or all(is_record(record) for record in records)
    assert len({(record["service"], record["id"]) for record in records}) == len(records)
    for name, listing in result.get("listings", {}).items():
        assert listing["listed"] == len([record for record in records if record["service"] == name])
        assert (listing["state"] == "complete") == (listing["error_msg"] is None)
        assert listing["state"] == "complete" or listing["listed"] == 0


def test_the_answers_are_fit_to_be_spoilt(world: World) -> None:
    """Without a spoilt answer everything works, so that what the other tests see is due to what they did."""
    for module, options in LISTINGS:
        assert not world.call(module, stall_timeout=None, **options).failed
    for deletion in DELETIONS:
        world.renew()
        result = world.call(deletion.module, stall_timeout=None, **deletion.all_options)
        assert deletion.ids[0] in result["deleted"], result
    assert set(SERVICES) == set(KNOWN)
