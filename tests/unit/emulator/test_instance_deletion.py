# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of GaussDB, DMS, DCS and CCE: deletions that take time, and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, ScenarioError, small
from emulator.services import KINDS

from .expectations import refusal
from .instance_products import (
    BY_KIND,
    CCE,
    CLUSTER,
    DCS,
    DMS,
    GAUSS,
    HUAWEI,
    KAFKA,
    PRODUCTS,
    REDIS,
    Product,
    each_product,
    in_region,
)


@each_product
def test_instance_goes_after_time_of_deletion(connect: Any, clock: Any, product: Product) -> None:
    client = connect(options={"instance_seconds": 60})
    others = {name: status for name, status in product.statuses(client).items() if name != product.sample}
    answer = product.delete(client)
    assert answer.status_code == product.success
    assert (answer.content == b"") == (product.success == 204)
    clock.advance(59)
    assert product.statuses(client) == {product.sample: product.deleting, **others}
    assert refusal(product.delete(client)) == product.busy
    clock.advance(2)
    assert product.statuses(client) == others
    assert refusal(product.delete(client)) == product.missing
    held = {record["id"] for record in client.cloud.records(PROJECT, product.kind)}
    assert product.sample not in held and held >= set(others)
    assert len(client.cloud.writes()) == 3


@each_product
@pytest.mark.parametrize("instance", [{"delete_seconds": 5}, {"delete_seconds": 5, "deleting": True}], ids=str)
def test_instance_with_own_time_ignores_option(
    connect: Any, clock: Any, product: Product, instance: dict[str, Any]
) -> None:
    client = connect(product.scenario(instance, instance_seconds=1000))
    if "deleting" not in instance:
        product.delete(client)
    assert refusal(product.delete(client)) == product.busy
    assert product.statuses(client) == {product.sample: product.deleting}
    clock.advance(6)
    assert product.statuses(client) == {}


@pytest.mark.parametrize(
    ("kind", "options", "status"),
    [
        ("gaussdb_instance", {}, "FAILED"),
        ("dms_instance", {}, "ERROR"),
        ("dcs_instance", {}, "ERROR"),
        ("cce_cluster", {}, "Error"),
        ("cce_cluster", {"cce_failed_deletion": "Deleting"}, "Deleting"),
    ],
)
def test_instance_after_failed_deletion_stays(
    connect: Any, clock: Any, kind: str, options: dict[str, Any], status: str
) -> None:
    product = BY_KIND[kind]
    instance = {"status": "Unavailable" if kind == "cce_cluster" else status, "delete_fails": True}
    client = connect(product.scenario(instance, **options))
    assert product.delete(client).status_code == product.success
    clock.advance(1)
    assert product.statuses(client) == {product.sample: status}
    again = product.delete(client)
    assert again.status_code == (429 if status == "Deleting" else product.success)


@pytest.mark.parametrize(
    ("product", "name", "running", "ended", "failed"),
    [
        (GAUSS, "DeleteGaussDBV5Instance", "Running", "Completed", "Failed"),
        (CLUSTER, "DeleteCluster", "Running", "Success", "Failed"),
    ],
    ids=str,
)
@pytest.mark.parametrize("fails", [False, True])
def test_deletion_leaves_record(
    connect: Any, clock: Any, product: Product, name: str, running: str, ended: str, failed: str, fails: bool
) -> None:
    client = connect(product.scenario({"delete_fails": fails}))
    answer = product.delete(client).json()
    job = answer.get("job_id") or answer["status"]["jobID"]

    def records() -> list[tuple[str, ...]]:
        held = client.cloud.records(PROJECT, product.service)
        return [tuple(one[key] for key in ("id", "name", "status", "instance_id")) for one in held]

    assert records() == [(job, name, running, product.sample)]
    clock.advance(1)
    assert records() == [(job, name, failed if fails else ended, product.sample)]


def test_gaussdb_tasks_name_instance_being_deleted(client: Any, clock: Any) -> None:
    job = GAUSS.delete(client).json()["job_id"]
    query = "/v3/{p}/tasks?name=DeleteGaussDBV5Instance&status="
    (task,) = client("gaussdb", "GET", query + "Running").json()["tasks"]
    assert (task["job_id"], task["instance_info"]["instance_id"]) == (job, "a-gaussdb-1")
    clock.advance(1)
    assert client("gaussdb", "GET", query + "Running").json()["tasks"] == []
    assert client("gaussdb", "GET", "/v3/{p}/jobs?id=" + job).json()["job"]["status"] == "Completed"
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/" + job).status_code == 200


def test_cce_delete_answers_cluster_with_job_and_options(client: Any, clock: Any) -> None:
    answer = CLUSTER.delete(client, query="?delete_net=true&delete_evs=try&delete_efs=false&errorStatus=x").json()
    status = answer["status"]
    assert (answer["metadata"]["uid"], status["phase"]) == ("a-cluster-1", "Available")
    assert status["deleteOption"] == {
        "delete_efs": "delete-skip",
        "delete_eni": "delete-skip",
        "delete_evs": "delete-try",
        "delete_net": "delete-block",
        "delete_obs": "delete-skip",
        "delete_sfs": "delete-skip",
    }
    path = "/api/v3/projects/{p}/jobs/" + status["jobID"]
    job = client("cce", "GET", path).json()
    assert (job["spec"]["type"], job["status"]["phase"]) == ("DeleteCluster", "Running")
    clock.advance(1)
    assert client("cce", "GET", path).json()["status"]["phase"] == "Success"


@pytest.mark.parametrize(
    ("region", "query", "accepted"),
    [
        ("eu-de", "delete_evs=block&delete_obs=skip&delete_sfs=try", True),
        ("eu-de", "delete_evs=yes", False),
        ("eu-de", "delete_evs=", False),
        ("eu-de", "delete_disks=true", False),
        ("eu-de", "delete_sfs30=true", False),
        ("eu-de", "errorStatus=longer than ten", False),
        (HUAWEI, "errorStatus=x", False),
        (HUAWEI, "delete_sfs30=skip&lts_reclaim_policy=Retain&ondemand_node_policy=reset", True),
        (HUAWEI, "periodic_node_policy=delete", False),
    ],
)
def test_cce_parameters_of_delete_checked(start: Any, log_in: Any, region: str, query: str, accepted: bool) -> None:
    client = in_region(start, log_in, small(region=region))
    answer = CLUSTER.delete(client, query="?" + query)
    assert answer.status_code == (200 if accepted else 400)
    assert (CLUSTER.statuses(client)["a-cluster-1"] == "Deleting") == accepted


def test_cce_cluster_to_be_deleted_later_stays(start: Any, log_in: Any) -> None:
    client = in_region(start, log_in, small(region=HUAWEI))
    assert "jobID" not in CLUSTER.delete(client, query="?tobedeleted=true").json()["status"]
    assert CLUSTER.statuses(client)["a-cluster-1"] == "Available"


def test_cce_delete_without_content_type_refused(client: Any) -> None:
    assert refusal(client("cce", "DELETE", CCE + "/a-cluster-1")) == (400, "CCE.01400001")
    assert CLUSTER.statuses(client)["a-cluster-1"] == "Available"


REFUSED = [
    ("gaussdb_instance", {"prepaid": True}, (400, "DBS.200001")),
    ("gaussdb_instance", {"status": "BUILD"}, (409, "DBS.200047")),
    ("gaussdb_instance", {"status": "BACKING UP"}, (409, "DBS.200011")),
    ("gaussdb_instance", {"status": "FROZEN"}, (400, "DBS.280449")),
    ("gaussdb_instance", {"status": "UPGRADE TO BE OBSERVED"}, (409, "DBS.280406")),
    ("dms_instance", {"prepaid": True}, (400, "DMS.00400004")),
    ("dms_instance", {"status": "CREATING"}, (400, "DMS.00400099")),
    ("dms_instance", {"status": "EXTENDING"}, (400, "DMS.00400026")),
    ("dms_instance", {"status": "DELETING"}, (400, "DMS.00400026")),
    ("dms_instance", {"status": "FROZEN"}, (403, "DMS.10240306")),
    ("dcs_instance", {"prepaid": True}, (400, "DCS.4004")),
    ("dcs_instance", {"status": "RESTARTING"}, (400, "DCS.4099")),
    ("dcs_instance", {"status": "EXTENDING"}, (400, "DCS.4113")),
    ("dcs_instance", {"status": "FLUSHING"}, (400, "DCS.4026")),
    ("cce_cluster", {"prepaid": True}, (400, "CCE.01400001")),
    ("cce_cluster", {"protected": True}, (400, "CCE.01400001")),
    ("cce_cluster", {"locked": True}, (403, "CCE.01403002")),
    ("cce_cluster", {"status": "Hibernation"}, (403, "CCE.01403009")),
    ("cce_cluster", {"status": "Creating"}, (403, "CCE.01403009")),
    ("cce_cluster", {"status": "Deleting"}, (429, "CCE.01429002")),
]


@pytest.mark.parametrize(("kind", "instance", "expected"), REFUSED, ids=str)
def test_delete_of_instance_refused(
    connect: Any, clock: Any, kind: str, instance: dict[str, Any], expected: tuple[int, str]
) -> None:
    product = BY_KIND[kind]
    client = connect(product.scenario(instance))
    before = client.cloud.records(PROJECT, kind)
    assert refusal(product.delete(client)) == expected
    clock.advance(1)
    assert client.cloud.records(PROJECT, kind) == before


@each_product
def test_delete_of_instance_in_allowed_status_accepted(connect: Any, product: Product) -> None:
    client = connect(product.scenario({}, {"count": 1}))
    for status in KINDS[product.kind].deletable:
        client.cloud.set_status(PROJECT, product.kind, product.sample, status)
        assert product.delete(client).status_code == product.success
        client.cloud.remove_record(PROJECT, product.kind, product.sample)
        client.cloud.add_record(PROJECT, product.kind, id=product.sample)


@each_product
def test_status_of_instance_changes_in_time(connect: Any, clock: Any, product: Product) -> None:
    allowed = KINDS[product.kind].finished
    client = connect(product.scenario({"status": "Creating", "becomes": {"status": allowed, "after": 60}}))
    assert product.delete(client).status_code >= 400
    clock.advance(61)
    assert product.statuses(client) == {product.sample: allowed}
    assert product.delete(client).status_code == product.success


@pytest.mark.parametrize(
    ("kind", "reason", "instance"),
    [
        *((product.kind, "missing", None) for product in PRODUCTS),
        *((product.kind, "busy", {"deleting": True, "delete_seconds": 60}) for product in PRODUCTS),
        *((product.kind, "prepaid", {"prepaid": True}) for product in PRODUCTS),
        ("cce_cluster", "protected", {"protected": True}),
        ("cce_cluster", "locked", {"locked": True}),
        ("dcs_instance", "state", {"status": "FLUSHING"}),
    ],
)
def test_refusal_of_delete_chosen_by_option(
    connect: Any, kind: str, reason: str, instance: dict[str, Any] | None
) -> None:
    product = BY_KIND[kind]
    client = connect(product.scenario(instance or {}, **{f"{kind}_{reason}": "418 APIGW.0999"}))
    assert refusal(product.delete(client, None if instance else "gone")) == (418, "APIGW.0999")


@pytest.mark.parametrize("value", ["DMS.1", "200 DMS.1", 400, "400"], ids=str)
def test_refusal_invalid_in_option_names_option(value: Any) -> None:
    with pytest.raises(ScenarioError, match="dms_instance_busy takes status and code"):
        CloudEmulator(small({"dms_instance_busy": value}))


@pytest.mark.parametrize(
    ("product", "option", "code"),
    [(KAFKA, "dms_running_blocks", "DMS.00400017"), (REDIS, "dcs_running_blocks", "DCS.4017")],
    ids=str,
)
def test_running_task_forbids_deletion_by_option_only(connect: Any, product: Product, option: str, code: str) -> None:
    assert product.delete(connect()).status_code == 204
    client = connect(options={option: True})
    assert refusal(product.delete(client)) == (400, code)
    client.cloud.set_status(PROJECT, product.service, f"a-{product.service}-2", "SUCCESS")
    assert product.delete(client).status_code == 204


def test_dms_tasks_go_with_instance(client: Any, clock: Any) -> None:
    KAFKA.delete(client)
    assert client("dms", "GET", DMS + "/a-kafka-1/tasks").json()["task_count"] == "2"
    clock.advance(1)
    assert refusal(client("dms", "GET", DMS + "/a-kafka-1/tasks")) == (404, "DMS.00404022")
    assert [record["id"] for record in client.cloud.records(PROJECT, "dms_task")] == ["a-dms-3"]
    client.cloud.remove_record(PROJECT, "dms_instance", "a-kafka-2")
    assert client.cloud.records(PROJECT, "dms_task") == []


@pytest.mark.parametrize(("project_list", "left"), [(True, 3), (False, 0)])
def test_dcs_tasks_stay_in_list_of_project_alone(connect: Any, clock: Any, project_list: bool, left: int) -> None:
    client = connect(options={"dcs_project_list": project_list})
    REDIS.delete(client)
    clock.advance(1)
    assert refusal(client("dcs", "GET", DCS + "/a-redis-1/tasks")) == (404, "DCS.3022")
    assert len(client.cloud.records(PROJECT, "dcs_task")) == left


def test_status_while_instance_goes_chosen_by_options(connect: Any, clock: Any) -> None:
    seconds = {"instance_seconds": 100}
    kafka = connect(options={**seconds, "dms_deletion_shows_error": True})
    gauss = connect(options={**seconds, "gaussdb_deleting_status": "BACKING UP"})
    KAFKA.delete(kafka)
    GAUSS.delete(gauss)
    assert (KAFKA.statuses(kafka)["a-kafka-1"], GAUSS.statuses(gauss)["a-gaussdb-1"]) == ("DELETING", "BACKING UP")
    clock.advance(60)
    assert KAFKA.statuses(kafka)["a-kafka-1"] == "ERROR"
    clock.advance(50)
    assert (set(KAFKA.statuses(kafka)), set(GAUSS.statuses(gauss))) == ({"a-kafka-2"}, {"a-gaussdb-2"})
