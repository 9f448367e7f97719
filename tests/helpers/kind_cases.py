# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table that tests of all kinds run over, written from the services' documentation, not from the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

OTC, HUAWEI = "eu-de", "cn-north-4"
ENGLISH = {"x-language": "en-us"}
AS_JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Case:
    """One way to delete records of a kind, and the records of the small scenario.

    ``path`` is that of the delete, ``headers`` are those that the documentation requires and ``running_code`` is the
    error code for the one record that must not be deleted. ``first_page`` are the parameters of a listing's first page,
    none where a list has no pages. ``batch``: the delete is a batch request with one record.
    ``checked_first``: a record is looked up before it is deleted.
    """

    name: str
    kind: str
    region: str
    path: str
    success: int
    deletable: tuple[str, str]
    running: str
    running_code: str
    status: str
    headers: dict[str, str] = field(default_factory=dict)
    first_page: dict[str, Any] = field(default_factory=dict)
    batch: bool = False
    checked_first: bool = False

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
    def ids(self) -> list[str]:
        """All ids of the small scenario, with the running record in the middle."""
        return [self.deletable[0], self.running, self.deletable[1]]

    def options(self, ids: Sequence[str], instance: str | None = None) -> dict[str, Any]:
        """The options that name the records; an unknown record is put under the first instance."""
        if self.by_instance:
            pairs = [{"instance_id": instance or instance_of(one), self.id_option: one} for one in ids]
            return {self.records_option: pairs}
        return {self.ids_option: list(ids)}

    def path_of(self, record_id: str, project_id: str) -> str:
        return self.path.format(project=project_id, id=record_id, instance=instance_of(record_id))

    def body_of(self, record_id: str) -> Any:
        """The body of the delete, as the request log shows it."""
        return {"jobs": [{"job_id": record_id, "delete_type": "delete"}]} if self.batch else None


def instance_of(task_id: str) -> str:
    """The Kafka instance that holds a task of the small scenario."""
    return f"{task_id[0]}-kafka-{2 if task_id.endswith('-dms-3') else 1}"


CASES = (
    Case(
        name="gaussdb-otc",
        kind="gaussdb_job",
        region=OTC,
        path="/v3/{project}/jobs/{id}",
        success=200,
        deletable=("a-gauss-1", "a-gauss-2"),
        running="a-gauss-3",
        running_code="DBS.200402",
        status="Completed",
        first_page={"offset": "0", "limit": "100"},
    ),
    Case(
        name="gaussdb-huawei",
        kind="gaussdb_job",
        region=HUAWEI,
        path="/v3/{project}/jobs/{id}",
        success=200,
        deletable=("a-gauss-1", "a-gauss-2"),
        running="a-gauss-3",
        running_code="DBS.200402",
        status="Completed",
        headers=ENGLISH,
        first_page={"offset": "0", "limit": "100"},
    ),
    Case(
        name="drs-v3",
        kind="drs_job",
        region=OTC,
        path="/v3/{project}/jobs/batch-jobs",
        success=202,
        deletable=("a-drs-1", "a-drs-3"),
        running="a-drs-2",
        running_code="NotDeletable",
        checked_first=True,
        status="RELEASE_RESOURCE_COMPLETE",
        headers={**ENGLISH, **AS_JSON},
        batch=True,
        first_page={"cur_page": 1, "per_page": 100},
    ),
    Case(
        name="drs-v5",
        kind="drs_job",
        region=HUAWEI,
        path="/v5/{project}/jobs/{id}",
        success=200,
        deletable=("a-drs-1", "a-drs-3"),
        running="a-drs-2",
        running_code="NotDeletable",
        checked_first=True,
        status="RELEASE_RESOURCE_COMPLETE",
        headers={**ENGLISH, **AS_JSON},
        first_page={"offset": "0", "limit": "100"},
    ),
    Case(
        name="dms",
        kind="dms_task",
        region=OTC,
        path="/v2/{project}/instances/{instance}/tasks/{id}",
        success=204,
        deletable=("a-dms-1", "a-dms-3"),
        running="a-dms-2",
        running_code="DMS.00400017",
        status="SUCCESS",
        first_page={"start": "1", "limit": "100"},
    ),
    Case(
        name="dcs",
        kind="dcs_task",
        region=OTC,
        path="/v2/{project}/tasks/{id}",
        success=200,
        deletable=("a-dcs-1", "a-dcs-3"),
        running="a-dcs-2",
        running_code="DCS.4017",
        status="SUCCESS",
        first_page={"offset": "0", "limit": "1000"},
    ),
    Case(
        name="cce",
        kind="cce_job",
        region=OTC,
        path="/api/v2/projects/{project}/jobs/{id}",
        success=204,
        deletable=("a-cce-1", "a-cce-3"),
        running="a-cce-2",
        running_code="CCE.01403002",
        status="Success",
        headers=AS_JSON,
    ),
)
BY_NAME = {case.name: case for case in CASES}
# One case of each kind on T Cloud Public, for tests in which the cloud does not matter.
SERVICES = tuple({case.kind: case for case in reversed(CASES) if case.region == OTC}.values())[::-1]
# Those that delete without a look-up.
DIRECT = tuple(case for case in SERVICES if not case.checked_first)
# Every module with the options that it requires.
REQUIRED_OPTIONS: dict[str, dict[str, Any]] = {
    "identity_info": {},
    "environment_info": {},
    **{case.module: case.options(case.deletable) for case in CASES},
    **{case.info_module: {} for case in CASES},
}
ALL_MODULES = list(REQUIRED_OPTIONS)
