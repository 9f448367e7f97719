# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services that have instances: how each lists, deletes and misses one, written from their documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator import small

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

    def id(self, item: dict[str, Any]) -> str:
        """The id of a listed instance."""
        place = item["metadata"] if self.service == "cce" else item
        return place.get("instance_id") or place.get("uid") or place["id"]  # type: ignore[no-any-return]

    def statuses(self, client: Any) -> dict[str, str]:
        """The listed instances and their statuses."""
        listed = self.list(client)
        return {self.id(one): one["status"]["phase"] if self.service == "cce" else one["status"] for one in listed}

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
