# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a service answers, a module ends with a result or with an error that names the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small
from helpers.fake_services import FakeCloud, Mutation
from helpers.kind_cases import CASES, INSTANCE_CASES, KindCase
from helpers.module_calls import ModuleResult
from helpers.mutations import MUTATIONS
from helpers.result_checks import is_record, texts, unprintable

# Options that are compared with the response of the identity service.
OPTIONS = ("project_id:", "project_name:")
KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
STOP = {"stop": True, "wait_timeout": 0.2}
WAIT = {"wait_timeout": 0.1}


@dataclass(frozen=True)
class Deletion:
    """What a delete module is called with; ``name`` is that of a case."""

    name: str
    ids: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> KindCase:
        return next(case for case in (*CASES, *INSTANCE_CASES) if case.name == self.name)

    @property
    def module(self) -> str:
        return self.case.module

    @property
    def options(self) -> dict[str, Any]:
        return {**self.case.options(self.ids, instance="a-kafka-1"), **self.more}


DELETIONS = [
    Deletion("gaussdb-otc", ("a-gauss-1", "a-gauss-3", "unknown")),
    Deletion("gaussdb-otc", ("a-gauss-1", "a-gauss-2"), KEY),
    Deletion("drs-v5", ("a-drs-1", "a-drs-2", "unknown"), {"api_version": "v5"}),
    Deletion("drs-v5", ("a-drs-1", "a-drs-2"), {"api_version": "v5", **STOP}),
    Deletion("drs-v3", ("a-drs-1", "a-drs-2", "unknown"), STOP),
    Deletion("dms", ("a-dms-1", "a-dms-2", "unknown")),
    Deletion("cce", ("a-cce-1", "a-cce-2", "unknown")),
    Deletion("dcs", ("a-dcs-1", "a-dcs-2", "unknown")),
    Deletion("gaussdb-instance-otc", ("a-gaussdb-1", "unknown"), WAIT),
    Deletion("dms-instance-otc", ("a-kafka-1", "unknown"), WAIT),
    Deletion("dms-instance-otc", ("a-kafka-2", "unknown"), {"wait": False}),
    Deletion("dcs-instance", ("a-redis-1", "unknown"), WAIT),
    Deletion("cce-cluster-otc", ("a-cluster-2", "unknown"), WAIT),
]
OTC_KINDS = [kind for kind in KINDS.values() if Cloud.OTC in kind.clouds]
LISTINGS: list[tuple[str, dict[str, Any]]] = [
    *((f"{kind.name}_info", {"api_version": "v5"} if "v5" in kind.api_versions else {}) for kind in OTC_KINDS),
    ("environment_info", {"api_version": "v5"}),
    ("identity_info", {}),
    ("identity_info", KEY),
]
random_responses = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def fake(running_cloud: CloudEmulator) -> FakeCloud:
    return FakeCloud(running_cloud, small({"release_seconds": 0.0, "instance_seconds": 0.0}))


def check_result(result: ModuleResult) -> None:
    """Nothing unexpected happened, everything is printable, and an error says what it is about."""
    shown = {name: value for name, value in result.items() if name != "invocation"}
    assert "exception" not in shown and "internal error" not in result.output and "Traceback" not in result.output
    assert not unprintable("".join(texts(shown)))
    if result.failed and not result.get("failures"):
        named = {result.get("service"), *(KINDS[name].service for name in result.get("listings", ()))}
        known = {"iam", *(kind.service for kind in KINDS.values())}
        assert named & known or result["msg"].startswith(OPTIONS), result["msg"]


@pytest.mark.parametrize("deletion", DELETIONS, ids=lambda one: f"{one.name}-{len(one.more)}-{len(one.ids)}")
@random_responses
@given(mutation=MUTATIONS, check=st.booleans())
def test_delete_module_any_response_deletes_only_named_records(
    fake: FakeCloud, deletion: Deletion, mutation: Mutation, check: bool
) -> None:
    fake.reset()
    before = fake.records()
    result = fake.call(deletion.module, mutation, check=check, **deletion.options)
    check_result(result)
    deleted = {one for one in before.keys() - fake.records().keys() if before[one] not in deletion.ids}
    deletes = [request for request in fake.requests if request.method == "DELETE"]
    kind = KINDS[deletion.module]
    assert deleted <= set(deletion.ids)
    assert {request.service for request in deletes} <= {kind.service}
    assert not check or (not deleted and not deletes)
    if "deleted" not in result:
        assert result.failed and not deleted
        return
    reported = [*result["deleted"], *result["absent"], *result.get("deleting", [])]
    reported += [failure["id"] for failure in result["failures"]]
    assert sorted(reported) == sorted(deletion.ids)
    assert len(deletion.ids) == result["summary"]["requested"]
    assert all(failure["error_msg"] for failure in result["failures"])
    assert result.failed == bool(result["failures"])
    assert not result["failures"] or kind.title in result["msg"]


@pytest.mark.parametrize(("module", "options"), LISTINGS, ids=lambda value: value if isinstance(value, str) else "")
@random_responses
@given(mutation=MUTATIONS)
def test_info_module_any_response_lists_everything_or_fails(
    fake: FakeCloud, module: str, options: dict[str, Any], mutation: Mutation
) -> None:
    fake.reset()
    before = fake.records()
    result = fake.call(module, mutation, **options)
    check_result(result)
    assert fake.records() == before
    assert not [request for request in fake.requests if request.method not in ("GET", "POST")]
    records = result.get("records", [])
    assert all(is_record(record) for record in records)
    assert len({(record["kind"], record["id"]) for record in records}) == len(records)
    for name, listing in result.get("listings", {}).items():
        assert listing["listed"] == len([record for record in records if record["kind"] == name])
        assert (listing["state"] == "complete") == (listing["error_msg"] is None)
        assert listing["state"] == "complete" or listing["listed"] == 0


def test_every_module_unchanged_responses_succeed(fake: FakeCloud) -> None:
    """What the other tests see is due to the changed responses."""
    fake.reset()
    for module, options in LISTINGS:
        assert not fake.call(module, stall_timeout=None, **options).failed
    for deletion in DELETIONS:
        fake.reset()
        result = fake.call(deletion.module, stall_timeout=None, **deletion.options)
        assert deletion.ids[0] in result["deleted"] + result.get("deleting", []), result
