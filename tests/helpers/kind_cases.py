# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table that tests of all kinds run over, written from the services' documentation, not from the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator import small
from emulator.builders import sample_names
from emulator.services import KINDS

OTC, HUAWEI = "eu-de", "cn-north-4"
ENGLISH = {"x-language": "en-us"}
AS_JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class KindCase:
    """A kind on one cloud; ``path`` is that of the delete, ``success`` is the status of the response to it."""

    name: str
    kind: str
    region: str
    path: str
    success: int

    def __str__(self) -> str:
        return self.name

    @property
    def service(self) -> str:
        return self.kind.split("_", maxsplit=1)[0]

    @property
    def noun(self) -> str:
        return self.kind.rsplit("_", maxsplit=1)[1]

    @property
    def module(self) -> str:
        return self.kind

    @property
    def info_module(self) -> str:
        return f"{self.kind}_info"

    @property
    def id_option(self) -> str:
        return f"{self.noun}_id"

    @property
    def ids_option(self) -> str:
        return f"{self.noun}_ids"

    @property
    def by_instance(self) -> bool:
        return "{instance}" in self.path

    @property
    def records_option(self) -> str:
        return f"{self.noun}s" if self.by_instance else self.ids_option

    @property
    def status(self) -> str:
        """The status of the first sample, which allows a delete."""
        kind = KINDS[self.kind]
        return str(kind.samples[0].get("status", kind.finished))

    @property
    def deletable(self) -> list[str]:
        """The ids of the samples that can be deleted."""
        return self._sample_ids(deletable=True)

    @property
    def ids(self) -> list[str]:
        """All ids of the small scenario."""
        return self.deletable

    def _sample_ids(self, deletable: bool) -> list[str]:
        kind = KINDS[self.kind]
        statuses = [one.get("status", kind.finished).upper() for one in kind.samples]
        found = [number for number, status in enumerate(statuses, 1) if (status in kind.deletable) == deletable]
        return [f"a-{sample_names(kind)[number - 1]}" for number in found]

    def options(self, ids: Sequence[str], instance: str | None = None) -> dict[str, Any]:
        """The options that name the records; an unknown record is put under the first instance."""
        if self.by_instance:
            pairs = [{"instance_id": instance or self.instance_of(one), self.id_option: one} for one in ids]
            return {self.records_option: pairs}
        return {self.ids_option: list(ids)}

    def path_of(self, record_id: str, project_id: str) -> str:
        instance = self.instance_of(record_id) if self.by_instance else None
        return self.path.format(project=project_id, id=record_id, instance=instance)

    def instance_of(self, record_id: str) -> str:
        """The sample instance that holds a record, the first that holds any for an unknown record."""
        kind = KINDS[self.kind]
        assert kind.service.instances is not None
        holders = [sample.get("instance", 0) for sample in kind.samples]
        tag, _dash, name = record_id.partition("-")
        numbers = {f"{kind.sample_prefix}-{number}": holder for number, holder in enumerate(holders, 1)}
        return (
            f"{tag if name in numbers else 'a'}-{sample_names(kind.service.instances)[numbers.get(name, holders[0])]}"
        )


@dataclass(frozen=True)
class Case(KindCase):
    """One way to delete records of a kind, and the records of the small scenario.

    ``headers`` are those that the documentation requires and ``running_code`` is the error code for the one record that
    must not be deleted. ``first_page`` are the parameters of a listing's first page, none where a list has no pages.
    ``batch``: the delete is a batch request with one record. ``query``: that of the delete.
    """

    running_code: str
    headers: dict[str, str] = field(default_factory=dict)
    first_page: dict[str, Any] = field(default_factory=dict)
    batch: bool = False
    query: dict[str, str] = field(default_factory=dict)

    @property
    def checks_first(self) -> bool:
        """Whether a record is looked up before it is deleted."""
        return self.running_code == "NotDeletable"

    @property
    def running(self) -> str:
        return self._sample_ids(deletable=False)[0]

    @property
    def ids(self) -> list[str]:
        """All ids of the small scenario, with the running record in the middle."""
        return [self.deletable[0], self.running, self.deletable[1]]

    def query_of(self, record_id: str) -> dict[str, str]:
        """The query of the delete, as the request log shows it."""
        return {name: value.format(id=record_id) for name, value in self.query.items()}

    def body_of(self, record_id: str) -> Any:
        """The body of the delete, as the request log shows it."""
        return {"jobs": [{"job_id": record_id, "delete_type": "delete"}]} if self.batch else None


@dataclass(frozen=True)
class InstanceCase(KindCase):
    """Instances of a kind on one cloud.

    - ``list_path`` and ``lists``: path and queries of the requests that list all of them. ``look_up``: a request that
      tells which are being deleted, path and query, where the status does not tell.
    - ``gone``, ``busy``, ``refused``: status and code of a delete of an instance that does not exist, of one that is
      refused for now, and of one that is refused for good.
    - ``passing``: a status that ends by itself; ``going``: the status of an instance that is being deleted.
    - ``blocked``: a status that does not allow a delete and does not end by itself.
    - ``query`` and ``headers`` of the delete.
    """

    list_path: str
    lists: tuple[dict[str, str], ...]
    gone: tuple[int, str]
    busy: tuple[int, str]
    refused: tuple[int, str]
    passing: str
    blocked: str
    going: str | None = None
    look_up: tuple[str, dict[str, str]] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def shows_deletion(self) -> bool:
        """Whether anything tells that an instance is being deleted."""
        return bool(self.going or self.look_up)

    def listing(self, project_id: str) -> list[tuple[str, str, dict[str, str]]]:
        """Method, path and query of the requests of one listing."""
        return [("GET", self.list_path.format(project=project_id), query) for query in self.lists]

    def deletes(self, project_id: str, ids: Sequence[str]) -> list[tuple[str, str, dict[str, str]]]:
        """Method, path and query of what is sent for a delete until it is accepted, in order."""
        look_up = [("GET", path.format(project=project_id), query) for path, query in filter(None, [self.look_up])]
        deletes = [("DELETE", self.path_of(one, project_id), self.query) for one in ids]
        return [*self.listing(project_id), *look_up, *deletes]

    def scenario(self, *instances: dict[str, Any], seconds: float = 0.05, **options: Any) -> dict[str, Any]:
        """A project with these instances alone, ``i-1`` and so on, which go ``seconds`` after their delete."""
        held = [{"id": f"i-{number}", **one} for number, one in enumerate(instances, 1)]
        services = {self.service: {"instances": held}}
        scenario = small({"instance_seconds": seconds, **options}, self.region)
        return {**scenario, "projects": [{"name": f"{self.region}_retired", "services": services}]}


GAUSSDB, DRS_HEADERS = "/v3/{project}/jobs/{id}", {**ENGLISH, **AS_JSON}
DMS, CCE = "/v2/{project}/instances/{instance}/tasks/{id}", "/api/v2/projects/{project}/jobs/{id}"
BATCH, NUMBERED = "/v3/{project}/jobs/batch-jobs", {"cur_page": 1, "per_page": 100}
OFFSET, OFFSET_50 = {"offset": "0", "limit": "100"}, {"offset": "0", "limit": "50"}
START = {"start": "1", "limit": "100"}
OF_INSTANCE, IN_V3 = "/v2/{project}/instances/{instance}", "/v3/{project}"
AUTOPILOT = "/autopilot/v2/projects/{project}/jobs/{id}"
CASES = (
    Case("gaussdb-otc", "gaussdb_job", OTC, GAUSSDB, 200, "DBS.200402", {}, OFFSET),
    Case("gaussdb-huawei", "gaussdb_job", HUAWEI, GAUSSDB, 200, "DBS.200402", ENGLISH, OFFSET),
    Case("drs-v3", "drs_job", OTC, BATCH, 202, "NotDeletable", DRS_HEADERS, NUMBERED, batch=True),
    Case("drs-v5", "drs_job", HUAWEI, "/v5/{project}/jobs/{id}", 200, "NotDeletable", DRS_HEADERS, OFFSET),
    Case("dms", "dms_task", OTC, DMS, 204, "DMS.00400017", {}, START),
    Case("dcs", "dcs_task", OTC, "/v2/{project}/tasks/{id}", 200, "DCS.4017", {}, {"offset": "0", "limit": "1000"}),
    Case("cce", "cce_job", OTC, CCE, 204, "CCE.01403002", AS_JSON),
    Case(
        *("rds", "rds_task", HUAWEI, IN_V3 + "/jobs", 200, "DBS.200402", {}, OFFSET_50),
        query={"id": "{id}"},
    ),
    Case("taurusdb", "taurusdb_task", HUAWEI, IN_V3 + "/jobs/{id}", 200, "DBS.200402", ENGLISH, OFFSET_50),
    Case(
        *("dms-scheduled", "dms_scheduled_task", OTC, OF_INSTANCE + "/scheduled-tasks/{id}"),
        *(204, "NotDeletable", {}, START),
    ),
    Case("bigkey", "dcs_bigkey_task", OTC, OF_INSTANCE + "/bigkey-task/{id}", 200, "DCS.4918", {}, OFFSET),
    Case("hotkey", "dcs_hotkey_task", OTC, OF_INSTANCE + "/hotkey-task/{id}", 200, "DCS.4017", {}, OFFSET),
    Case("autopilot", "cce_autopilot_job", HUAWEI, AUTOPILOT, 204, "CCE.01403002", AS_JSON),
    Case(
        *("gaussdb-scheduled", "gaussdb_scheduled_task", HUAWEI, IN_V3 + "/instances/schedule-task/{id}"),
        *(200, "NotDeletable", ENGLISH, OFFSET),
    ),
)

INSTANCES, CLUSTERS = "/v2/{project}/instances", "/api/v3/projects/{project}/clusters"
GAUSSDB_INSTANCE: dict[str, Any] = {
    "list_path": "/v3/{project}/instances",
    "lists": (OFFSET,),
    "look_up": ("/v3/{project}/tasks", {"name": "DeleteGaussDBV5Instance", "status": "Running", **OFFSET}),
    "gone": (404, "DBS.200002"),
    "busy": (409, "DBS.200011"),
    "refused": (409, "DBS.280406"),
    "passing": "BACKING UP",
    "blocked": "FROZEN",
}
DMS_INSTANCE: dict[str, Any] = {
    "list_path": INSTANCES,
    "lists": tuple(
        {"engine": engine, "include_failure": "true", "offset": "0", "limit": "50"}
        for engine in ("kafka", "rabbitmq", "rocketmq")
    ),
    "gone": (404, "DMS.00404022"),
    "busy": (400, "DMS.00400026"),
    "refused": (403, "DMS.10240306"),
    "passing": "EXTENDING",
    "blocked": "FROZEN",
    "going": "DELETING",
}
DCS_INSTANCE: dict[str, Any] = {
    "list_path": INSTANCES,
    "lists": ({"include_failure": "true", "offset": "0", "limit": "1000"},),
    "gone": (404, "DCS.3022"),
    "busy": (400, "DCS.4026"),
    "refused": (400, "DCS.4107"),
    "passing": "RESTARTING",
    "blocked": "FROZEN",
}
CCE_CLUSTER: dict[str, Any] = {
    "list_path": CLUSTERS,
    "lists": ({},),
    "gone": (404, "CCE.01404001"),
    "busy": (429, "CCE.01429002"),
    "refused": (403, "CCE.01403001"),
    "passing": "Upgrading",
    "blocked": "RollbackFailed",
    "going": "Deleting",
    "query": {
        **dict.fromkeys(("delete_efs", "delete_evs", "delete_obs", "delete_sfs"), "skip"),
        **dict.fromkeys(("delete_eni", "delete_net"), "block"),
    },
    "headers": AS_JSON,
}
INSTANCE_CASES = (
    InstanceCase(
        "gaussdb-instance-otc", "gaussdb_instance", OTC, "/v3/{project}/instances/{id}", 202, **GAUSSDB_INSTANCE
    ),
    InstanceCase(
        "gaussdb-instance-huawei",
        "gaussdb_instance",
        HUAWEI,
        "/v3/{project}/instances/{id}",
        202,
        headers=ENGLISH,
        **GAUSSDB_INSTANCE,
    ),
    InstanceCase("dms-instance-otc", "dms_instance", OTC, f"{INSTANCES}/{{id}}", 204, **DMS_INSTANCE),
    InstanceCase("dms-instance-huawei", "dms_instance", HUAWEI, f"{INSTANCES}/{{id}}", 204, **DMS_INSTANCE),
    InstanceCase("dcs-instance", "dcs_instance", OTC, f"{INSTANCES}/{{id}}", 204, **DCS_INSTANCE),
    InstanceCase("cce-cluster-otc", "cce_cluster", OTC, f"{CLUSTERS}/{{id}}", 200, **CCE_CLUSTER),
    InstanceCase("cce-cluster-huawei", "cce_cluster", HUAWEI, f"{CLUSTERS}/{{id}}", 200, **CCE_CLUSTER),
)
BY_NAME: dict[str, Case] = {case.name: case for case in CASES}
# One case of each kind that T Cloud Public offers, for tests in which the cloud does not matter.
SERVICES = tuple({case.kind: case for case in reversed(CASES) if case.region == OTC}.values())[::-1]
INSTANCE_KINDS = tuple(case for case in INSTANCE_CASES if case.region == OTC)
# Those that delete without a look-up.
DIRECT = tuple(case for case in SERVICES if not case.checks_first)
# Every module with the options that it requires.
REQUIRED_OPTIONS: dict[str, dict[str, Any]] = {
    "identity_info": {},
    "environment_info": {},
    "environment": {"records": [{"kind": "cce_job", "id": "a-cce-1"}]},
    **{case.module: case.options(case.deletable) for case in (*CASES, *INSTANCE_CASES)},
    **{case.info_module: {} for case in (*CASES, *INSTANCE_CASES)},
}
ALL_MODULES = list(REQUIRED_OPTIONS)
