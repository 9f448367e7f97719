# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One declaration of a service or a kind is enough: everything else follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import Response

from emulator import PROJECT, CloudEmulator, bulk, small
from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.describe import tables
from emulator.options import Option
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.services import KINDS, SERVICES
from emulator.services.common import delete

RECORD = {"finished": "Completed", "deletable": frozenset({"COMPLETED"}), "names": ("BackUp",)}


def new_service() -> ServiceMock:
    """A service with two kinds of tasks, one of them within instances, which are a kind too."""
    task = KindMock(name="rds_task", sample_prefix="rds", samples=({"status": "Completed"}, {}), **RECORD)
    scan = KindMock(name="rds_scan", sample_prefix="scan", samples=({},), instance_key="scans", **RECORD)
    instance = InstanceMock(
        name="rds_instance",
        finished="ACTIVE",
        deletable=frozenset({"ACTIVE"}),
        names=("rds-{}",),
        sample_prefix="mysql",
        samples=({},),
        refusals={"missing": Refusal(404, "DBS.200408", "Gone."), "busy": Refusal(409, "DBS.200011", "Busy.")},
    )
    service = ServiceMock(
        name="rds",
        kinds=(task, scan, instance),
        invalid_token=Refusal(403, "DBS.280056", "Invalid token."),
        other_project=Refusal(403, "DBS.201003", "No permission."),
        options={"rds_shown": Option(True, "false: the list is not published")},
    )

    @task.operation("GET", "/v3/{project_id}/tasklist", listing=True, published=lambda options: options.rds_shown)
    def list_tasks(call: Call) -> Response:
        tasks = [{"id": record.id, "status": record.status} for record in call.records]
        return AsciiJSONResponse({"tasks": tasks, "total_count": len(tasks)})

    @task.operation("DELETE", "/v3/{project_id}/jobs")
    def delete_task(call: Call) -> Response:
        record = call.records.get(call.query_params["id"])
        assert record is not None
        delete(call, record, Refusal(409, "DBS.200402", "The task is still running."))
        return AsciiJSONResponse({})

    return service


@pytest.fixture
def service() -> Iterator[ServiceMock]:
    made = new_service()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SERVICES, made.name, made)
        for kind in made.kinds:
            patch.setitem(KINDS, kind.name, kind)
        yield made


def test_new_service_serves_scenarios_records_and_faults(service: ServiceMock, connect: Any) -> None:
    client = connect(small({"token_errors": "native"}))
    cloud, tasks, job = client.cloud, "/v3/{p}/tasklist", "/v3/{p}/jobs?id="
    assert [task["id"] for task in client("rds", "GET", tasks).json()["tasks"]] == ["a-rds-2", "a-rds-1"]
    assert client("rds", "DELETE", job + "a-rds-1").status_code == 200
    assert [record["id"] for record in cloud.records(PROJECT, "rds_task")] == ["a-rds-2"]
    assert [record["instance_id"] for record in cloud.records(PROJECT, "rds_scan")] == ["a-mysql-1"]
    cloud.set_status(PROJECT, "rds", "a-rds-2", "Running")
    assert client("rds", "DELETE", job + "a-rds-2").json()["error_code"] == "DBS.200402"
    assert len(cloud.writes()) == 2
    cloud.faults.add("page_broken", service="rds", mode="empty", times=1)
    assert client("rds", "GET", tasks).json() == {"tasks": [], "total_count": 1}
    cloud.faults.add("rate_limit", service="rds", rate=0.001, burst=0.001)
    assert client("rds", "GET", tasks).json()["error_code"] == "APIGW.0308"
    cloud.faults.clear()
    cloud.expire_tokens()
    assert client("rds", "GET", tasks).json()["error_code"] == "DBS.280056"
    hidden = connect(options={"rds_shown": False})
    assert hidden("rds", "GET", tasks).status_code == 404
    assert "rds" in {
        entry["name"] for entry in hidden.log_in({"project": {"name": PROJECT}}).json()["token"]["catalog"]
    }


def test_new_kinds_in_bulk_scenarios_counted(service: ServiceMock) -> None:
    for name, kind in (("rds", "rds_task"), *((kind.name, kind.name) for kind in service.kinds)):
        assert len(CloudEmulator(bulk(name, 20, instances=3)).records(PROJECT, kind)) == 20
    mixed = {"instances": [{"scans": [{"count": 2}]}]}
    cases = (("rds", mixed, (0, 2, 1)), ("rds", [{"count": 4}], (4, 0, 0)), ("rds_task", [{}], (1, 0, 0)))
    for key, content, expected in cases:
        cloud = CloudEmulator({"projects": [{"name": PROJECT, "services": {key: content}}]})
        assert tuple(len(cloud.records(PROJECT, kind.name)) for kind in service.kinds) == expected


def test_new_service_described_in_tables(service: ServiceMock) -> None:
    described = tables()
    assert (
        "| rds | `rds_task`, `rds_scan`, `rds_instance` | 403 DBS.280056 | 403 DBS.201003 | 429 APIGW.0308 |"
        in described["services"]
    )
    assert "| `rds_scan` | `scans` of an instance of `rds` | Completed | COMPLETED | none |" in described["kinds"]
    assert "| rds | `DELETE /v3/{project_id}/jobs` | delete task |" in described["operations"]
    assert "| `rds_shown` | true | any | false: the list is not published |" in described["options"]
