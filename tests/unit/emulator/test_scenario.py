# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios: what they may contain, and which records follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import PROJECT, CloudEmulator, ScenarioError, bulk, neighbours, small
from emulator.services import KINDS

from .instance_products import BY_KIND, PRODUCTS, Product, each_product

DEMO = Path(__file__).resolve().parents[2] / "emulator" / "scenarios" / "demo.yml"
SERVICES = ("gaussdb", "drs", "dms", "cce", "dcs")


def one_project(**services: Any) -> dict[str, Any]:
    return {"projects": [{"name": PROJECT, "services": services}]}


def statuses(cloud: CloudEmulator, service: str) -> set[str]:
    return {record["status"] for record in cloud.records(PROJECT, service)}


def test_demo_scenario_has_records_of_every_status() -> None:
    cloud = CloudEmulator(DEMO)
    counts = {service: len(cloud.records(PROJECT, service)) for service in SERVICES}
    assert counts == {"gaussdb": 12, "drs": 6, "dms": 14, "cce": 14, "dcs": 14}
    assert statuses(cloud, "drs") == {"RELEASE_RESOURCE_COMPLETE", "CREATE_FAILED", "INCRE_TRANSFER_STARTED"}
    running = {"gaussdb": "Running", "dms": "EXECUTING", "cce": "Running", "dcs": "RUNNING"}
    assert all(status in statuses(cloud, service) for service, status in running.items())
    assert len({record["instance_id"] for record in cloud.records(PROJECT, "dms")}) == 2
    assert set(cloud.state()["projects"]) == {PROJECT, "eu-de_shop", "eu-de_analytics"}


def test_generated_ids_reproducible_and_unique() -> None:
    first, second = CloudEmulator(DEMO), CloudEmulator(DEMO)
    for service in SERVICES:
        ids = [record["id"] for record in first.records("eu-de_shop", service)]
        assert ids
        assert set(ids) == {record["id"] for record in second.records("eu-de_shop", service)}
        assert not set(ids) & {record["id"] for record in first.records("eu-de_analytics", service)}


def test_generated_records_have_weights() -> None:
    weights = {"Completed": 9, "Running": 1}
    cloud = CloudEmulator(one_project(gaussdb=[{"count": 400, "status": weights}]))
    records = cloud.records(PROJECT, "gaussdb")
    assert len({record["id"] for record in records}) == 400
    assert 10 < sum(record["status"] == "Running" for record in records) < 90


def test_records_sorted_newest_first() -> None:
    times = [record["created_at"] for record in CloudEmulator(bulk("cce", 50)).records(PROJECT, "cce")]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) > 40


def test_age_counts_from_now_of_scenario() -> None:
    scenario = {"now": "2026-11-20T12:00:00Z", **one_project(cce=[{"age": "3d"}, {"age": "12h"}])}
    times = [record["created_at"] for record in CloudEmulator(scenario).records(PROJECT, "cce")]
    assert times == ["2026-11-20T00:00:00Z", "2026-11-17T12:00:00Z"]


@pytest.mark.parametrize(("service", "instances"), [("dms", 7), ("dcs", 3), ("cce", 1)])
def test_bulk_with_instances_spreads_records(service: str, instances: int) -> None:
    records = CloudEmulator(bulk(service, 100, instances=instances)).records(PROJECT, service)
    assert len(records) == 100
    assert len({record["instance_id"] for record in records}) == instances


def test_neighbours_scenario_has_unique_records() -> None:
    cloud = CloudEmulator(neighbours(4))
    projects = cloud.state()["projects"]
    assert len(projects) == 4
    ids = [r["id"] for project in projects.values() for held in project["services"].values() for r in held]
    assert len(ids) == len(set(ids)) == 4 * sum(len(kind.samples) for kind in KINDS.values() if kind.otc)


def test_samples_of_kinds_follow_cloud_of_region() -> None:
    def sampled(region: str) -> dict[str, int]:
        cloud = CloudEmulator(small(region=region))
        return {kind: len(cloud.records(f"{region}_retired", kind)) for kind in KINDS}

    huawei, otc = sampled("cn-north-4"), sampled("eu-de")
    assert huawei == {name: len(kind.samples) for name, kind in KINDS.items()} and all(huawei.values())
    only_huawei = {"rds_task", "taurusdb_task", "cce_autopilot_job", "gaussdb_scheduled_task"}
    assert otc == {name: 0 if name in only_huawei else number for name, number in huawei.items()}


@pytest.mark.parametrize(
    ("scenario", "named"),
    [
        ({"regions": "eu-de"}, "regions"),
        ({"options": {"lenient": True}}, "lenient"),
        ({"options": {"task_count": "float"}}, "float"),
        ({"options": {"unpublished": ["dcz"]}}, "dcz"),
        ({"options": {"latency": {"ims": 1}}}, "ims"),
        (one_project(ecs=[]), "ecs"),
        (one_project(gaussdb=[{"state": "Running"}]), "state"),
        (one_project(gaussdb=[{"job_type": "sync"}]), "job_type"),
        (one_project(gaussdb=[{"id": "a"}, {"id": "a"}]), "two gaussdb_job records with id a"),
        (one_project(gaussdb=[{"id": "a", "count": 2}]), "either an id or a count"),
        (one_project(drs={"instances": []}), "drs takes a list"),
        (one_project(dms=[{"id": "a"}]), "dms takes a mapping"),
        (one_project(dms_task=[{"id": "a"}]), "dms_task"),
        ({"options": {"drs_versions": ["v4"]}}, "v4"),
        (one_project(dcs={"instances": [{"id": "i"}, {"id": "i"}]}), "two dcs_instance records with id i"),
        (one_project(cce=[{"age": "soon"}]), "soon"),
        (one_project(cce=[{"created_at": "yesterday"}]), "yesterday"),
        ({"projects": [{"id": "p"}]}, "name"),
        ({"projects": [{"name": "a", "id": "p"}, {"name": "b", "id": "p"}]}, "same id"),
        ({"projects": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"users": [{"name": "u", "domain": "nowhere"}]}, "nowhere"),
        ({"access_keys": [{"access": "a", "secret": "s", "user": "nobody"}]}, "nobody"),
        ({"access_keys": [{"access": "a", "secret": "s", "projects": ["eu-de_nowhere"]}]}, "eu-de_nowhere"),
    ],
)
def test_scenario_invalid_refused_with_name_of_mistake(scenario: dict[str, Any], named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        CloudEmulator(scenario)


def test_scenario_file_read_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(yaml.safe_dump(small()), encoding="utf-8")
    assert CloudEmulator(path).state()["projects"] == CloudEmulator(small()).state()["projects"]
    path.write_text("- a list\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="mapping"):
        CloudEmulator(path)


def test_sample_instances_of_every_kind() -> None:
    cloud = CloudEmulator(small())
    held = {product.kind: [record["id"] for record in cloud.records(PROJECT, product.kind)] for product in PRODUCTS}
    assert held == {
        "gaussdb_instance": ["a-gaussdb-1", "a-gaussdb-2"],
        "dms_instance": ["a-kafka-1", "a-kafka-2", "a-rocketmq-1"],
        "dcs_instance": ["a-redis-1"],
        "cce_cluster": ["a-cluster-1", "a-cluster-2"],
    }


@each_product
def test_instances_beside_records_in_scenario(product: Product) -> None:
    kind = KINDS[product.kind]
    first = kind.service.kinds[0]
    services = {product.service: {"instances": [{"count": 2}]}}
    if not first.instance_key:
        services[first.name] = [{"count": 3}]
    cloud = CloudEmulator({"projects": [{"name": PROJECT, "services": services}]})
    names = [record["name"] for record in cloud.records(PROJECT, product.kind)]
    assert names == [kind.names[0].format(number) for number in (1, 2)]
    assert len(cloud.records(PROJECT, product.service)) == (0 if first.instance_key else 3)


@pytest.mark.parametrize(
    ("kind", "instance", "named"),
    [
        ("dms_instance", {"protected": True}, "protected"),
        ("gaussdb_instance", {"instance_id": "x"}, "instance_id"),
        ("cce_cluster", {"phase": "Available"}, "phase"),
        ("dcs_instance", {"tags": "env"}, "dictionary"),
        ("dcs_instance", {"becomes": {"state": "ERROR"}}, "state"),
    ],
)
def test_instance_invalid_in_scenario_refused(kind: str, instance: dict[str, Any], named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        CloudEmulator(BY_KIND[kind].scenario(instance))
