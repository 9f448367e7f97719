# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of GaussDB, DMS, DCS and CCE: lists, deletions that take time, and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, ScenarioError, bulk, small
from emulator.services import KINDS

from .expectations import refusal

HUAWEI = "ap-southeast-1"
JSON = {"headers": {"Content-Type": "application/json"}}
GAUSSDB, DMS, DCS = "/v3/{p}/instances", "/v2/{p}/instances", "/v2/{p}/instances"
CCE = "/api/v3/projects/{p}/clusters"


@dataclass(frozen=True)
class Product:
    """How a service shows, deletes and misses an instance."""

    kind: str
    path: str
    sample: str
    items: str
    success: int
    deleting: str
    busy: tuple[int, str]
    missing: tuple[int, str]
    query: str = ""

    def __str__(self) -> str:
        return self.kind

    @property
    def service(self) -> str:
        return self.kind.partition("_")[0]

    def list(self, client: Any, query: str = "") -> list[dict[str, Any]]:
        answer = client(self.service, "GET", self.path + "?" + "&".join(filter(None, (self.query, query))))
        assert answer.status_code == 200
        return answer.json()[self.items]  # type: ignore[no-any-return]

    def statuses(self, client: Any) -> dict[str, str]:
        """The listed instances and their statuses."""
        if self.service == "cce":
            return {one["metadata"]["uid"]: one["status"]["phase"] for one in self.list(client)}
        return {one.get("instance_id") or one["id"]: one["status"] for one in self.list(client)}

    def delete(self, client: Any, instance: str | None = None, query: str = "") -> Any:
        return client(self.service, "DELETE", f"{self.path}/{instance or self.sample}{query}", **JSON)

    def scenario(self, *instances: dict[str, Any], region: str = "eu-de", **options: Any) -> dict[str, Any]:
        """The instances, the first with the sample's id."""
        first, *others = instances
        scenario = small(options, region)
        services = {self.service: {"instances": [{"id": self.sample, **first}, *others]}}
        return {**scenario, "projects": [{"name": f"{region}_retired", "services": services}]}


PRODUCTS = (
    Product(
        *("gaussdb_instance", GAUSSDB, "a-gaussdb-1", "instances"),
        *(202, "ACTIVE", (409, "DBS.200011"), (404, "DBS.200002")),
    ),
    Product(
        *("dms_instance", DMS, "a-kafka-1", "instances"),
        *(204, "DELETING", (400, "DMS.00400026"), (404, "DMS.00404022")),
        query="engine=kafka",
    ),
    Product(
        *("dcs_instance", DCS, "a-redis-1", "instances"),
        *(204, "RUNNING", (400, "DCS.4017"), (404, "DCS.3022")),
    ),
    Product(
        *("cce_cluster", CCE, "a-cluster-1", "items"),
        *(200, "Deleting", (429, "CCE.01429002"), (404, "CCE.01404001")),
    ),
)
BY_KIND = {product.kind: product for product in PRODUCTS}
GAUSS, KAFKA, REDIS, CLUSTER = PRODUCTS
SHOWN = (KAFKA, REDIS, CLUSTER)
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=str)


def in_region(start: Any, log_in: Any, scenario: dict[str, Any]) -> Any:
    return log_in(start(scenario), f"{scenario['region']}_retired")


@each_product
def test_instance_goes_when_deletion_has_taken_its_time(connect: Any, clock: Any, product: Product) -> None:
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
    assert {record["id"] for record in client.cloud.records(PROJECT, product.kind)} == set(others)
    assert len(client.cloud.writes()) == 3


@pytest.mark.parametrize("product", SHOWN, ids=str)
def test_show_of_instance_is_item_of_list(client: Any, product: Product) -> None:
    (item,) = (one for one in product.list(client) if product.sample in (one.get("instance_id"), _uid(one)))
    shown = client(product.service, "GET", f"{product.path}/{product.sample}").json()
    assert shown == {**item, **({"task": None} if product is REDIS else {})}
    assert refusal(client(product.service, "GET", product.path + "/nowhere")) == product.missing


def _uid(item: dict[str, Any]) -> Any:
    return item.get("metadata", {}).get("uid")


def test_gaussdb_has_no_show_but_filter_by_id(client: Any) -> None:
    assert refusal(client("gaussdb", "GET", GAUSSDB + "/a-gaussdb-1")) == (404, "APIGW.0101")
    assert [one["id"] for one in GAUSS.list(client, "id=a-gaussdb-2")] == ["a-gaussdb-2"]
    assert client("gaussdb", "GET", GAUSSDB + "?id=gone").json() == {"instances": [], "total_count": 0}


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
def test_instance_whose_deletion_fails_stays(
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


def test_gaussdb_tasks_tell_what_is_being_deleted(client: Any, clock: Any) -> None:
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
        *((product.kind, "busy", {"deleting": True}) for product in PRODUCTS),
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


PAGES = [(GAUSS, 100, 100, "total_count"), (KAFKA, 10, 50, "instance_num"), (REDIS, 10, 1000, "instance_num")]


@pytest.mark.parametrize(("product", "default", "largest", "total"), PAGES, ids=str)
def test_instances_paged(connect: Any, product: Product, default: int, largest: int, total: str) -> None:
    client = connect(bulk(product.kind, 120))
    assert len(product.list(client)) == default
    rest = product.list(client, f"offset=110&limit={min(largest, 50)}")
    assert len(rest) == 10
    page = client(product.service, "GET", f"{product.path}?{product.query}&limit=3").json()
    assert (len(page["instances"]), page[total]) == (3, 120)
    for query in ("limit=0", f"limit={largest + 1}", "offset=-1", "offset=a", "limit="):
        answer = client(product.service, "GET", f"{product.path}?{product.query}&{query}")
        assert answer.status_code == 400, query
    clamped = connect(bulk(product.kind, 120, options={"clamp_limit": {product.service: 2}}))
    assert len(product.list(clamped)) == 2


@pytest.mark.parametrize(("product", "answer"), [(GAUSS, 200), (KAFKA, 400), (REDIS, 200)], ids=str)
def test_offset_at_end_is_error_of_dms_alone(connect: Any, product: Product, answer: int) -> None:
    client = connect(bulk(product.kind, 3))
    for offset in (3, 4):
        page = client(product.service, "GET", f"{product.path}?{product.query}&offset={offset}")
        assert page.status_code == answer
        assert page.json().get("error_code") == ("DMS.40050010" if answer == 400 else None)
    empty = connect(product.scenario({"deleted": True}))
    assert product.list(empty, "offset=0") == []


def test_cce_clusters_in_one_response(connect: Any) -> None:
    client = connect(bulk("cce_cluster", 250))
    listed = client("cce", "GET", CCE + "?limit=1").json()
    assert (listed["kind"], listed["apiVersion"], len(listed["items"])) == ("Cluster", "v3", 250)


@pytest.mark.parametrize(
    ("region", "engines", "query", "expected"),
    [
        ("eu-de", None, "engine=kafka", ["k"]),
        ("eu-de", None, "engine=rocketmq", ["r1", "r2"]),
        ("eu-de", None, "engine=reliability", ["r1", "r2"]),
        ("eu-de", None, "engine=rabbitmq", (400, "DMS.00400004")),
        (HUAWEI, None, "engine=rabbitmq", ["b"]),
        (HUAWEI, ["kafka"], "engine=rocketmq", (400, "DMS.00400004")),
        (HUAWEI, None, "engine=redis", (400, "DMS.00400004")),
        (HUAWEI, None, "", (400, "DMS.00400004")),
        (HUAWEI, None, "engine=", (400, "DMS.00400004")),
    ],
)
def test_dms_engine_required_and_known(
    start: Any, log_in: Any, region: str, engines: Any, query: str, expected: Any
) -> None:
    given = {"k": "kafka", "r1": "rocketmq", "r2": "reliability", "b": "rabbitmq"}
    scenario = small({"dms_engines": engines}, region)
    instances = [{"id": name, "engine": engine} for name, engine in given.items()]
    scenario["projects"][0]["services"] = {"dms": {"instances": instances}}
    answer = in_region(start, log_in, scenario)("dms", "GET", f"{DMS}?{query}")
    if isinstance(expected, tuple):
        assert refusal(answer) == expected
    else:
        assert [(one["instance_id"], one["engine"]) for one in answer.json()["instances"]] == [
            (name, given[name]) for name in expected
        ]


def test_dms_unknown_engine_unpublished_by_option(connect: Any) -> None:
    client = connect(options={"dms_unknown_engine": "404 APIGW.0101"})
    assert refusal(client("dms", "GET", DMS + "?engine=rabbitmq")) == (404, "APIGW.0101")


FILTERS = [
    ("dms_instance", "", "eps old tagged"),
    ("dms_instance", "include_failure=true", "eps failed old tagged"),
    ("dms_instance", "include_failure=false", "eps old tagged"),
    ("dms_instance", "name=l", "old"),
    ("dms_instance", "name=l&exact_match_name=true", ""),
    ("dms_instance", "name=old&exact_match_name=true", "old"),
    ("dms_instance", "instance_id=eps", "eps"),
    ("dms_instance", "status=ERROR", "old"),
    ("dms_instance", "enterprise_project_id=e-1", "eps"),
    ("dcs_instance", "", "eps old tagged"),
    ("dcs_instance", "include_failure=true", "eps failed old tagged"),
    ("dcs_instance", "include_delete=true", "eps gone old tagged"),
    ("dcs_instance", "name=l&name_equal=true", ""),
    ("dcs_instance", "name=l", "old"),
    ("dcs_instance", "instance_id=eps", "eps"),
    ("dcs_instance", "id=eps", "eps old tagged"),
    ("dcs_instance", "tags=env=old", "tagged"),
    ("dcs_instance", "tags=env=old,team=b", ""),
    ("gaussdb_instance", "", "eps failed old tagged"),
    ("gaussdb_instance", "name=l", ""),
    ("gaussdb_instance", "name=*l", "failed old"),
    ("gaussdb_instance", "name=old", "old"),
    ("gaussdb_instance", "type=Enterprise&datastore_type=GaussDB", "eps failed old tagged"),
    ("gaussdb_instance", "type=Ha", ""),
    ("gaussdb_instance", "charge_mode=prePaid", ""),
    ("gaussdb_instance", "tags=env=old", "tagged"),
    ("cce_cluster", "detail=true", "eps failed old tagged"),
    ("cce_cluster", "status=ERROR", "old"),
    ("cce_cluster", "type=ARM64", ""),
    ("cce_cluster", "version=v1.2", ""),
]


@pytest.mark.parametrize(("kind", "query", "expected"), FILTERS)
def test_list_of_instances_with_filter_holds_part(
    start: Any, log_in: Any, kind: str, query: str, expected: str
) -> None:
    instances: list[dict[str, Any]] = [
        {"id": "tagged", "tags": {"env": "old", "team": "a"}},
        {"id": "eps", "enterprise_project_id": "e-1"},
        {"id": "old", "status": "ERROR"},
        {"id": "failed", "status": "CREATEFAILED"},
        {"id": "gone", "deleted": True},
    ]
    scenario = small(region=HUAWEI)
    scenario["projects"][0]["services"] = {kind: [{"name": one["id"], **one} for one in instances]}
    client = in_region(start, log_in, scenario)
    found = BY_KIND[kind].list(client, query)
    assert " ".join(sorted(one.get("instance_id") or one.get("id") or _uid(one) for one in found)) == expected


@pytest.mark.parametrize(
    ("product", "query", "region"),
    [
        (KAFKA, "include_failure=yes", "eu-de"),
        (KAFKA, "exact_match_name=1", "eu-de"),
        (REDIS, "include_delete=True", "eu-de"),
        (REDIS, "name_equal=", "eu-de"),
        (GAUSS, "type=Ha", "eu-de"),
        (GAUSS, "datastore_type=MySQL", HUAWEI),
        (GAUSS, "charge_mode=free", HUAWEI),
        (CLUSTER, "detail=1", HUAWEI),
    ],
    ids=str,
)
def test_list_of_instances_with_wrong_value_refused(
    start: Any, log_in: Any, product: Product, query: str, region: str
) -> None:
    client = in_region(start, log_in, small(region=region))
    assert client(product.service, "GET", f"{product.path}?{product.query}&{query}").status_code == 400


TAGGED = {
    "name": "old",
    "version": "9.9",
    "created_at": "2026-11-01T10:00:00.25Z",
    "tags": {"env": "old"},
    "enterprise_project_id": "e-1",
    "prepaid": True,
    "order_id": "CS1",
    "protected": True,
    "locked": True,
}
TAGS = {"tags": [{"key": "env", "value": "old"}]}


def given_to(kind: str) -> dict[str, Any]:
    return {key: value for key, value in TAGGED.items() if kind == "cce_cluster" or key not in ("protected", "locked")}


@pytest.mark.parametrize(
    ("kind", "region", "expected"),
    [
        (
            "dms_instance",
            "eu-de",
            {
                **TAGS,
                "engine": "kafka",
                "engine_version": "9.9",
                "status": "RUNNING",
                "created_at": "1793527200250",
                "charging_mode": 0,
                "order_id": "CS1",
                "enterprise_project_id": "e-1",
            },
        ),
        (
            "dcs_instance",
            "eu-de",
            {
                **TAGS,
                "engine": "Redis",
                "created_at": "2026-11-01T10:00:00.250Z",
                "charging_mode": 1,
                "order_id": "CS1",
                "enterprise_project_id": "e-1",
            },
        ),
        (
            "gaussdb_instance",
            HUAWEI,
            {
                **TAGS,
                "datastore": {"type": "GaussDB", "version": "9.9"},
                "created": "2026-11-01 10:00:00 UTC",
                "charge_info": {"charge_mode": "prePaid"},
                "enterprise_project_id": "e-1",
            },
        ),
    ],
)
def test_item_of_instance_has_fields(start: Any, log_in: Any, kind: str, region: str, expected: dict[str, Any]) -> None:
    product = BY_KIND[kind]
    client = in_region(start, log_in, product.scenario(given_to(kind), region=region))
    (item,) = product.list(client)
    assert {key: item[key] for key in expected} == expected


@pytest.mark.parametrize(("product", "mode"), [(KAFKA, 1), (REDIS, 0)], ids=str)
def test_charging_mode_of_dms_and_dcs_inverted(client: Any, product: Product, mode: int) -> None:
    assert {one["charging_mode"] for one in product.list(client)} == {mode}


@pytest.mark.parametrize(
    ("region", "tags", "has"), [("eu-de", {"a": "b"}, False), (HUAWEI, {}, False), (HUAWEI, {"a": "b"}, True)]
)
def test_gaussdb_tags_absent_where_none_or_not_told(
    start: Any, log_in: Any, region: str, tags: dict[str, str], has: bool
) -> None:
    (item,) = GAUSS.list(in_region(start, log_in, GAUSS.scenario({"tags": tags}, region=region)))
    assert ("tags" in item) == has


@pytest.mark.parametrize(
    ("region", "shows", "spec", "status"),
    [
        ("eu-de", "region", {}, {}),
        ("eu-de", "always", {"deletionProtection": True}, {}),
        (
            HUAWEI,
            "region",
            {"deletionProtection": True, "clusterTags": [{"key": "env", "value": "old"}]},
            {"isLocked": True},
        ),
        (HUAWEI, "never", {"clusterTags": [{"key": "env", "value": "old"}]}, {"isLocked": True}),
    ],
)
def test_cce_cluster_shows_what_its_cloud_shows(
    start: Any, log_in: Any, region: str, shows: str, spec: dict[str, Any], status: dict[str, Any]
) -> None:
    scenario = CLUSTER.scenario(given_to("cce_cluster"), region=region, cce_shows_protection=shows)
    (item,) = CLUSTER.list(in_region(start, log_in, scenario))
    assert item["metadata"]["name"] == item["metadata"]["alias"] == "old"
    assert item["metadata"]["creationTimestamp"] == "2026-11-01 10:00:00.250000000 +0000 UTC"
    common = {"category": "CCE", "type": "VirtualMachine", "version": "9.9", "billingMode": 1}
    common["extendParam"] = {"enterpriseProjectId": "e-1"}
    assert {key: value for key, value in item["spec"].items() if key != "flavor"} == {**common, **spec}
    assert item["status"] == {"phase": "Available", "endpoints": [], **status}


@each_product
def test_raw_fields_replace_fields_of_instance(connect: Any, product: Product) -> None:
    (item,) = product.list(connect(product.scenario({"raw": {"status": 7, "spec": None}})))
    assert (item["status"], item["spec"]) == (7, None)


@each_product
def test_faults_apply_to_instances(client: Any, product: Product) -> None:
    cloud = client.cloud
    cloud.faults.add("status", service=product.service, method="DELETE", status=503, commit=True, times=1)
    assert product.delete(client).status_code == 503
    assert refusal(product.delete(client)) == product.busy
    cloud.faults.add("page_broken", service=product.service, mode="empty")
    assert product.list(client) == []


def test_sample_instances_of_every_kind(cloud: CloudEmulator) -> None:
    held = {product.kind: [record["id"] for record in cloud.records(PROJECT, product.kind)] for product in PRODUCTS}
    assert held == {
        "gaussdb_instance": ["a-gaussdb-1", "a-gaussdb-2"],
        "dms_instance": ["a-kafka-1", "a-kafka-2"],
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
        ("dcs_instance", {"tags": "env"}, "scenario"),
        ("dcs_instance", {"becomes": {"state": "ERROR"}}, "state"),
    ],
)
def test_instance_invalid_in_scenario_refused(kind: str, instance: dict[str, Any], named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        CloudEmulator(BY_KIND[kind].scenario(instance))
