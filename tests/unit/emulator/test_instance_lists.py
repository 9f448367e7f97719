# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of GaussDB, DMS, DCS and CCE in lists."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import bulk, small

from .expectations import refusal
from .instance_products import (
    BY_KIND,
    CCE,
    CLUSTER,
    DMS,
    GAUSS,
    GAUSSDB,
    HUAWEI,
    KAFKA,
    REDIS,
    SHOWN,
    Product,
    each_product,
    in_region,
)


@pytest.mark.parametrize("product", SHOWN, ids=str)
def test_show_of_instance_is_item_of_list(client: Any, product: Product) -> None:
    (item,) = (one for one in product.list(client) if product.id(one) == product.sample)
    shown = client(product.service, "GET", f"{product.path}/{product.sample}").json()
    assert shown == {**item, **({"task": None} if product is REDIS else {})}
    assert refusal(client(product.service, "GET", product.path + "/nowhere")) == product.missing


def test_gaussdb_has_no_show_but_filter_by_id(client: Any) -> None:
    assert refusal(client("gaussdb", "GET", GAUSSDB + "/a-gaussdb-1")) == (404, "APIGW.0101")
    assert [one["id"] for one in GAUSS.list(client, "id=a-gaussdb-2")] == ["a-gaussdb-2"]
    assert client("gaussdb", "GET", GAUSSDB + "?id=gone").json() == {"instances": [], "total_count": 0}


PAGES = [(GAUSS, 100, 100, "total_count"), (KAFKA, 10, 50, "instance_num"), (REDIS, 10, 1000, "instance_num")]


@pytest.mark.parametrize(("product", "default", "largest", "total"), PAGES, ids=str)
def test_instances_page_by_offset_holds_part(
    connect: Any, product: Product, default: int, largest: int, total: str
) -> None:
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
    assert " ".join(sorted(BY_KIND[kind].id(one) for one in found)) == expected


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
def test_gaussdb_tags_absent_where_none_or_not_shown(
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
def test_cce_cluster_fields_depend_on_cloud(
    start: Any, log_in: Any, region: str, shows: str, spec: dict[str, Any], status: dict[str, Any]
) -> None:
    scenario = CLUSTER.scenario(given_to("cce_cluster"), region=region, cce_shows_protection=shows)
    (item,) = CLUSTER.list(in_region(start, log_in, scenario))
    assert item["metadata"]["name"] == item["metadata"]["alias"] == "old"
    assert item["metadata"]["creationTimestamp"] == "2026-11-01 10:00:00.250000000 +0000 UTC"
    common = {"category": "CCE", "type": "VirtualMachine", "version": "9.9", "billingMode": 1}
    common["extendParam"] = {"enterpriseProjectId": "e-1"}
    alike = {"flavor", "hostNetwork", "containerNetwork"}
    assert {key: value for key, value in item["spec"].items() if key not in alike} == {**common, **spec}
    assert item["status"] == {"phase": "Available", "endpoints": [], **status}


@each_product
def test_raw_fields_replace_fields_of_instance(connect: Any, product: Product) -> None:
    (item,) = product.list(connect(product.scenario({"raw": {"status": 7, "spec": None}})))
    assert (item["status"], item["spec"]) == (7, None)


@each_product
def test_delete_of_instance_with_raw_fields_accepted(connect: Any, product: Product) -> None:
    client = connect(product.scenario({"raw": {"status": 7, "task": {"id": "t"}}}))
    if product is REDIS:
        assert client("dcs", "GET", DMS + "/a-redis-1").json()["task"] == {"id": "t"}
    assert product.delete(client).status_code == product.success


@each_product
def test_faults_apply_to_instances(client: Any, product: Product) -> None:
    cloud = client.cloud
    cloud.faults.add("status", service=product.service, method="DELETE", status=503, commit=True, times=1)
    assert product.delete(client).status_code == 503
    assert refusal(product.delete(client)) == product.busy
    cloud.faults.add("page_broken", service=product.service, mode="empty")
    assert product.list(client) == []
