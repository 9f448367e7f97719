# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declarations of kinds: consistency, the choice of an API, and the selection by name or group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import SERVICES, Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import (
    DEFAULT_KINDS,
    KINDS,
    Kind,
    kind_option_mistakes,
    phases,
    select_kinds,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import Lifecycle

from emulator.services import KINDS as MOCKS

ALL = list(KINDS)
INSTANCES = [name for name, kind in KINDS.items() if kind.is_instance]
BEFORE_INSTANCES = ["dms_task", "dms_scheduled_task", "dcs_bigkey_task", "dcs_hotkey_task", "rds_task", "taurusdb_task"]
AFTER_INSTANCES = ["gaussdb_job", "gaussdb_scheduled_task", "dcs_task", "cce_job", "cce_autopilot_job"]
HUAWEI_ONLY = {"rds_task", "taurusdb_task", "cce_autopilot_job", "gaussdb_scheduled_task"}
OTC = [name for name, kind in KINDS.items() if Cloud.OTC in kind.clouds and not kind.is_instance]
HUAWEI = [name for name, kind in KINDS.items() if Cloud.HUAWEI in kind.clouds and not kind.is_instance]


@pytest.fixture
def more_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a kind that only Huawei Cloud offers, and an instance."""
    job = KINDS["gaussdb_job"]
    apis = (replace(job.apis[0], clouds=frozenset({Cloud.HUAWEI})),)
    monkeypatch.setitem(KINDS, "huawei_job", replace(job, name="huawei_job", apis=apis))
    lifecycle = Lifecycle(passing=frozenset(), busy_codes=frozenset())
    monkeypatch.setitem(KINDS, "some_instance", replace(job, name="some_instance", lifecycle=lifecycle))


@pytest.mark.parametrize("kind", KINDS.values(), ids=ALL)
def test_declaration_is_consistent(kind: Kind) -> None:
    assert kind.service in SERVICES and kind.clouds
    assert kind.deletable_statuses < kind.statuses and kind.gone_statuses <= kind.statuses
    assert not kind.deletable_statuses & kind.gone_statuses
    assert kind.blocked_statuses.keys() <= kind.statuses - kind.deletable_statuses - kind.gone_statuses
    assert any(map(kind.running, kind.statuses)) and not any(map(kind.running, kind.blocked_statuses))
    if kind.lifecycle:
        passing, going = kind.lifecycle.passing, kind.lifecycle.going
        assert passing | going <= set(filter(kind.running, kind.statuses)) and not passing & going
        assert kind.lifecycle.hibernated <= kind.blocked_statuses.keys()
        assert going or kind.lifecycle.deletions or not kind.lifecycle.shows_deletion
    assert kind.statuses == {kind.status_key(status) for status in kind.statuses} == {*map(str.upper, kind.statuses)}
    assert set(kind.status_aliases.values()) <= kind.statuses
    before = ALL[: ALL.index(kind.name)]
    assert {other.name for other in KINDS.values() if kind.comes_after(other)} <= set(before)
    assert set(kind.after) <= {*ALL, "instances"}
    assert kind.held_by is None or kind.held_by in INSTANCES


@pytest.mark.parametrize("kind", KINDS.values(), ids=ALL)
def test_emulator_allows_deletes_in_same_statuses(kind: Kind) -> None:
    assert {kind.status_key(status) for status in MOCKS[kind.name].deletable} == kind.deletable_statuses


@pytest.mark.parametrize("kind", KINDS.values(), ids=ALL)
def test_kinds_of_one_service_share_client(kind: Kind) -> None:
    first = next(other for other in KINDS.values() if other.service == kind.service)
    assert kind.endpoints == first.endpoints
    assert (kind.throttle_codes, kind.auth_codes) == (first.throttle_codes, first.auth_codes)


@pytest.mark.parametrize(
    ("kind", "version", "cloud", "paths"),
    [
        ("drs_job", None, Cloud.OTC, "/v3/"),
        ("drs_job", None, Cloud.HUAWEI, "/v5/"),
        ("drs_job", "v5", Cloud.OTC, "/v5/"),
        ("drs_job", "v3", Cloud.HUAWEI, "/v3/"),
        ("dms_task", None, Cloud.HUAWEI, "/v2/"),
    ],
)
def test_api_of_version_and_cloud_is_chosen(kind: str, version: str | None, cloud: Cloud, paths: str) -> None:
    api = KINDS[kind].api(version, cloud)
    assert api and api.deletion.path.startswith(paths)
    if version is None:
        assert cloud in api.clouds


def test_api_on_cloud_without_kind_is_none(more_kinds: None) -> None:
    assert KINDS["huawei_job"].api(None, Cloud.OTC) is None


@pytest.mark.parametrize(
    ("names", "cloud", "expected"),
    [
        (["cce_job", "drs_job", "cce_job"], Cloud.OTC, ["drs_job", "cce_job"]),
        (["records"], Cloud.OTC, OTC),
        (["records", "drs_job"], Cloud.HUAWEI, [*HUAWEI, "huawei_job"]),
        (["records", "huawei_job"], Cloud.OTC, [*OTC, "huawei_job"]),
        (["instances"], Cloud.OTC, [*INSTANCES, "some_instance"]),
        (["all"], Cloud.HUAWEI, [*ALL, "huawei_job", "some_instance"]),
        ([], Cloud.OTC, []),
    ],
)
def test_selection_of_names_and_groups(more_kinds: None, names: list[str], cloud: Cloud, expected: list[str]) -> None:
    assert [kind.name for kind in select_kinds(names, cloud)] == expected


@pytest.mark.parametrize(
    ("fact", "names"),
    [
        ("is_instance", {"gaussdb_instance", "dms_instance", "dcs_instance", "cce_cluster"}),
        ("by_instance", {"dms_task", "dms_scheduled_task", "dcs_bigkey_task", "dcs_hotkey_task"}),
        ("stoppable", {"drs_job"}),
        ("has_tags", {"gaussdb_instance", "dms_instance", "dcs_instance", "cce_cluster"}),
        ("has_enterprise_project", {"drs_job", "gaussdb_instance", "dms_instance", "dcs_instance", "cce_cluster"}),
        ("filters_enterprise_project", {"drs_job", "dms_instance"}),
    ],
)
def test_fact_is_true_of_documented_kinds_only(fact: str, names: set[str]) -> None:
    assert {name: getattr(kind, fact) for name, kind in KINDS.items()} == {name: name in names for name in KINDS}


def test_label_of_kind_has_title_and_words_of_name_that_title_lacks() -> None:
    names = ("gaussdb_job", "dms_scheduled_task", "dcs_bigkey_task", "cce_autopilot_job", "cce_cluster")
    expected = ["GaussDB job", "DMS scheduled task", "DCS bigkey task", "CCE Autopilot job", "CCE cluster"]
    assert [KINDS[name].label for name in names] == expected


def test_kinds_are_offered_where_documented() -> None:
    assert {name for name, kind in MOCKS.items() if not kind.otc} == HUAWEI_ONLY
    assert {name for name in ALL if Cloud.OTC not in KINDS[name].clouds} == HUAWEI_ONLY
    assert all(Cloud.HUAWEI in kind.clouds for kind in KINDS.values())


def test_selection_default_is_five_record_kinds() -> None:
    assert {kind.name for kind in select_kinds(DEFAULT_KINDS, Cloud.OTC)} == set(DEFAULT_KINDS)
    assert len(DEFAULT_KINDS) == 5 and not set(DEFAULT_KINDS) & set(INSTANCES)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gausdb_job", "'gausdb_job' is not a kind. Did you mean gaussdb_job?"),
        ("Drs_job", "'Drs_job' is not a kind. Did you mean drs_job?"),
        ("record", "'record' is not a kind. Did you mean records?"),
        ("xyz", "'xyz' is not a kind. The nearest is "),
        ("", "must be a string that is not empty (a number must be quoted), not ''"),
    ],
)
def test_selection_unknown_name_is_rejected(name: str, message: str) -> None:
    with pytest.raises(OptionError, match=re.escape(f"kinds[1]: {message}")):
        select_kinds(["drs_job", name], Cloud.OTC)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (ALL, [["drs_job"], BEFORE_INSTANCES, INSTANCES, AFTER_INSTANCES]),
        (list(DEFAULT_KINDS), [["drs_job"], ["gaussdb_job", "dms_task", "dcs_task", "cce_job"]]),
        (["cce_job", "dms_task"], [["cce_job", "dms_task"]]),
        (["cce_job", "drs_job", "dcs_instance"], [["drs_job"], ["dcs_instance"], ["cce_job"]]),
        (["gaussdb_job", "dms_instance", "cce_cluster"], [["dms_instance", "cce_cluster"], ["gaussdb_job"]]),
        ([], []),
    ],
)
def test_phases_follow_declarations(names: list[str], expected: list[list[str]]) -> None:
    found = phases(names)
    assert [sorted(phase) for phase in found] == [sorted(phase) for phase in expected]


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        ("dms_instance", {"status": "RUNNING"}, None),
        ("dms_instance", {"status": "EXTENDING"}, None),
        ("dms_instance", {"status": "DELETING"}, None),
        ("dms_instance", {"status": "FROZEN"}, "NotDeletable"),
        ("dms_instance", {"status": "SOMETHING"}, "NotDeletable"),
        ("dms_instance", {"status": None}, "NotDeletable"),
        ("dms_instance", {"status": "RUNNING", "prepaid": True}, "Prepaid"),
        ("dms_instance", {"status": "RUNNING", "prepaid": False, "protected": False, "locked": False}, None),
        ("gaussdb_instance", {"status": "BACKING UP"}, None),
        ("cce_cluster", {"status": "Available", "protected": True}, "Protected"),
        ("cce_cluster", {"status": "Available", "locked": True}, "Locked"),
        ("cce_cluster", {"status": "Hibernation"}, "Hibernated"),
        ("cce_cluster", {"status": "Hibernating"}, "Hibernated"),
        ("cce_cluster", {"status": "Hibernation", "prepaid": True, "protected": True, "locked": True}, "Prepaid"),
        ("drs_job", {"status": "CREATE_FAILED"}, None),
        ("drs_job", {"status": "INCRE_TRANSFER_STARTED"}, "NotDeletable"),
    ],
)
def test_refusal_has_code_and_advice(name: str, facts: Mapping[str, Any], code: str | None) -> None:
    refusal = KINDS[name].refusal(**facts)
    assert (refusal and refusal.code) == code
    if refusal and code != "NotDeletable":
        assert ": " in refusal.message


@pytest.mark.parametrize(
    ("name", "status"),
    [("dms_scheduled_task", "FAILED"), ("taurusdb_task", "Unauthorized"), ("taurusdb_task", "Cancelled")],
)
def test_status_of_ended_record_that_forbids_delete_is_explained(name: str, status: str) -> None:
    refusal = KINDS[name].refusal(status)
    assert refusal and f"{status} does not allow a delete: the service documents the delete for" in refusal.message
    assert not KINDS[name].running(status)


@pytest.mark.parametrize("given", [{}, {"drs_job": {}}, {"drs_job": {"api_version": "v3"}, "cce_job": {}}], ids=repr)
def test_kind_options_own_ones_are_accepted(given: Mapping[str, Any]) -> None:
    assert not list(kind_option_mistakes("kind_options", given))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"drs": {}}, "kind_options: 'drs' is not a kind. Did you mean drs_job?"),
        ({"cce_jbo": {}}, "kind_options: 'cce_jbo' is not a kind. Did you mean cce_job?"),
        ({"drs_job": None}, "kind_options.drs_job: must be a dictionary of options"),
        (
            {"drs_job": {"version": "v3"}},
            "kind_options.drs_job: 'version' is not an option of drs_job alone. Did you mean api_version?",
        ),
        (
            {"cce_job": {"wait": True}},
            "kind_options.cce_job: 'wait' is not an option of cce_job alone. There is none.",
        ),
        (
            {"cce_cluster": {"delete_evs": True}},
            "kind_options.cce_cluster.delete_evs: must be one of skip, try, block, not True",
        ),
        ({"drs_job": {"api_version": 7}}, "kind_options.drs_job.api_version: must be one of v5, v3, not 7"),
    ],
)
def test_kind_options_unknown_ones_are_rejected(given: Mapping[str, Any], message: str) -> None:
    assert list(kind_option_mistakes("kind_options", given)) == [message]
