# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table that tests of all services run over, written from the services' documentation, not from the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

OTC, HUAWEI = "eu-de", "cn-north-4"
ENGLISH = {"x-language": "en-us"}
AS_JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Case:
    """One way to delete records of a service, and what the small scenario holds of it.

    ``path`` is that of the delete, ``headers`` are those that the documentation asks for and ``running_code`` is the
    error code for the one record that must not be deleted.
    """

    name: str
    service: str
    noun: str
    region: str
    path: str
    success: int
    deletable: tuple[str, str]
    running: str
    running_code: str
    status: str
    headers: dict[str, str] = field(default_factory=dict)
    batch: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def module(self) -> str:
        return f"{self.service}_{self.noun}"

    @property
    def info_module(self) -> str:
        return f"{self.module}_info"

    @property
    def ids_option(self) -> str:
        """What the ids are called in options and in the diff."""
        return f"{self.noun}_ids"

    @property
    def ids(self) -> list[str]:
        """All ids that the small scenario holds, one that may be deleted at both ends."""
        return [self.deletable[0], self.running, self.deletable[1]]

    @property
    def looks_first(self) -> bool:
        """Whether a record is looked at before it is deleted."""
        return self.service == "drs"

    def options(self, ids: Sequence[str], instance: str | None = None) -> dict[str, Any]:
        """The options that name the records; an unknown task stands under the first Kafka instance."""
        if self.service == "dms":
            return {"tasks": [{"instance_id": instance or instance_of(one), "task_id": one} for one in ids]}
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
        service="gaussdb",
        noun="job",
        region=OTC,
        path="/v3/{project}/jobs/{id}",
        success=200,
        deletable=("a-gauss-1", "a-gauss-2"),
        running="a-gauss-3",
        running_code="DBS.200402",
        status="Completed",
    ),
    Case(
        name="gaussdb-huawei",
        service="gaussdb",
        noun="job",
        region=HUAWEI,
        path="/v3/{project}/jobs/{id}",
        success=200,
        deletable=("a-gauss-1", "a-gauss-2"),
        running="a-gauss-3",
        running_code="DBS.200402",
        status="Completed",
        headers=ENGLISH,
    ),
    Case(
        name="drs-v3",
        service="drs",
        noun="job",
        region=OTC,
        path="/v3/{project}/jobs/batch-jobs",
        success=202,
        deletable=("a-drs-1", "a-drs-3"),
        running="a-drs-2",
        running_code="NotDeletable",
        status="RELEASE_RESOURCE_COMPLETE",
        headers={**ENGLISH, **AS_JSON},
        batch=True,
    ),
    Case(
        name="drs-v5",
        service="drs",
        noun="job",
        region=HUAWEI,
        path="/v5/{project}/jobs/{id}",
        success=200,
        deletable=("a-drs-1", "a-drs-3"),
        running="a-drs-2",
        running_code="NotDeletable",
        status="RELEASE_RESOURCE_COMPLETE",
        headers={**ENGLISH, **AS_JSON},
    ),
    Case(
        name="dms",
        service="dms",
        noun="task",
        region=OTC,
        path="/v2/{project}/instances/{instance}/tasks/{id}",
        success=204,
        deletable=("a-dms-1", "a-dms-3"),
        running="a-dms-2",
        running_code="DMS.00400017",
        status="SUCCESS",
    ),
    Case(
        name="dcs",
        service="dcs",
        noun="task",
        region=OTC,
        path="/v2/{project}/tasks/{id}",
        success=200,
        deletable=("a-dcs-1", "a-dcs-3"),
        running="a-dcs-2",
        running_code="DCS.4017",
        status="SUCCESS",
    ),
    Case(
        name="cce",
        service="cce",
        noun="job",
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
# One case of each service, where it does not matter which API version is meant.
SERVICES = tuple(BY_NAME[name] for name in ("gaussdb-otc", "drs-v3", "dms", "dcs", "cce"))
# Those that delete without looking first.
DIRECT = tuple(case for case in SERVICES if not case.looks_first)
