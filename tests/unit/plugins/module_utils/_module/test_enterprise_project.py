# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option enterprise_project_id: the API is asked for them where it can be, and the records are filtered anyway."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.kind_cases import HUAWEI

WANTED = "4ed2ff1e-5f0c-4a7a-9b1d-1b2f3c4d5e6f"
# The kinds of which an API can be asked for those of one enterprise project, and those of which it only shows it.
FILTERED, SHOWN = {"drs_job", "dms_instance"}, {"gaussdb_instance", "dcs_instance", "cce_cluster"}


def scenario(region: str = HUAWEI) -> dict[str, Any]:
    """Two of each kind that has an enterprise project, the first in the wanted one, and two of other kinds."""
    made = small(region=region)
    pair = [{"id": "in", "enterprise_project_id": WANTED}, {"id": "out"}]
    services = {kind: [dict(one) for one in pair] for kind in ("gaussdb_instance", "cce_cluster", "drs")}
    instances = {name: {"instances": [dict(one) for one in pair]} for name in ("dms", "dcs")}
    instances["dms"]["instances"][0]["tasks"] = [{"id": "task"}]
    made["projects"][0]["services"] = {**services, **instances, "cce": [{"id": "job"}]}
    return made


def asked(cloud: CloudEmulator, service: str) -> set[str | None]:
    """The enterprise projects that a service was asked for."""
    lists = [entry for entry in cloud.log if entry["service"] == service and entry["method"] == "GET"]
    return {entry["query"].get("enterprise_project_id") for entry in lists}


@pytest.mark.parametrize("kind", sorted(FILTERED | SHOWN))
def test_info_returns_those_of_enterprise_project(cloud: CloudEmulator, call: Caller, kind: str) -> None:
    cloud.load(scenario())
    everything = call(f"{kind}_info")
    assert asked(cloud, KINDS[kind].service) == {None}
    assert {one["id"]: one["enterprise_project_id"] for one in everything["records"]} == {"in": WANTED, "out": "0"}
    cloud.clear_log()
    found = call(f"{kind}_info", enterprise_project_id=WANTED)
    assert [one["id"] for one in found["records"]] == ["in"]
    assert asked(cloud, KINDS[kind].service) == {WANTED if kind in FILTERED else None}
    assert found["summary"]["listed"] == (1 if kind in FILTERED else 2)


def test_info_filters_response_of_api(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(scenario())
    owners = {"a": "0", "b": WANTED, "c": None}
    instances = [{"instance_id": one, "enterprise_project_id": owner} for one, owner in owners.items()]
    body = {"instances": instances, "instance_num": 3}
    cloud.faults.add("status", service="dms", status=200, contains="engine=kafka", body=body)
    assert [one["id"] for one in call("dms_instance_info", enterprise_project_id=WANTED)["records"]] == ["b"]


def test_info_and_select_hold_both(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(scenario())
    for select, ids in (([{"id": "in"}], ["in"]), ([{"id": "out"}], [])):
        result = call("dms_instance_info", enterprise_project_id=WANTED, select=select)
        assert [one["id"] for one in result["records"]] == ids


def test_older_drs_api_leaves_out_every_job(cloud: CloudEmulator, call: Caller) -> None:
    """It does not tell the enterprise project."""
    cloud.load(scenario("eu-de"))
    assert len(call("drs_job_info")["records"]) == 2
    result = call("drs_job_info", enterprise_project_id="0")
    assert result["records"] == [] and result["summary"]["listed"] == 2


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - FILTERED - SHOWN))
def test_other_kinds_lack_option(cloud: CloudEmulator, call: Caller, kind: str) -> None:
    result = call(f"{kind}_info", enterprise_project_id=WANTED)
    assert result.failed and "enterprise_project_id" in result["msg"] and cloud.log == []


def test_environment_info_returns_those_of_enterprise_project(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(scenario())
    everything = call("environment_info", kinds="all")
    assert {one["kind"] for one in everything["records"]} > FILTERED | SHOWN
    cloud.clear_log()
    found = call("environment_info", kinds="all", enterprise_project_id=WANTED)
    assert {(one["kind"], one["id"]) for one in found["records"]} == {(kind, "in") for kind in FILTERED | SHOWN}
    assert {listing["state"] for listing in found["listings"].values()} == {"complete"}
    assert (asked(cloud, "drs"), asked(cloud, "cce")) == ({WANTED}, {None})


@pytest.mark.parametrize("module", ["dms_instance_info", "environment_info"])
@pytest.mark.parametrize("value", ["", " "])
def test_blank_option_is_rejected(cloud: CloudEmulator, call: Caller, module: str, value: str) -> None:
    result = call(module, enterprise_project_id=value)
    assert result.failed and "enterprise_project_id" in result["msg"] and cloud.log == []
