# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of RDS and TaurusDB, scheduled tasks, analyses of keys and CCE Autopilot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small

from .expectations import refusal

REGION = "cn-north-4"
PROJECT = f"{REGION}_retired"
UNPUBLISHED = (404, "APIGW.0101")
INSTANCE = "/v2/{p}/instances/a-rocketmq-1"
REDIS = "/v2/{p}/instances/a-redis-1"
JSON = {"headers": {"Content-Type": "application/json"}}


@dataclass(frozen=True)
class Records:
    """A kind: how it is listed, one record shown and deleted, and what the service says of unknown and other ones.

    ``place`` is the key of an item's id; ``unknown`` and ``running`` are status and code of a refused delete.
    """

    kind: str
    prefix: str
    list: str
    delete: str
    place: str
    envelope: str | None
    total: tuple[str, Any] | None
    success: int
    unknown: tuple[int, str | None]
    running: tuple[int, str]
    running_number: int = 3
    show: str | None = None
    otc: bool = False

    def __str__(self) -> str:
        return self.kind

    @property
    def service(self) -> str:
        return self.kind.partition("_")[0]

    def id(self, number: int | str) -> str:
        return f"a-{self.prefix}-{number}"

    def path(self, template: str, number: int | str) -> str:
        return template.replace("{id}", self.id(number))

    def ids(self, client: Any, query: str = "") -> list[str]:
        document = client(self.service, "GET", self.list + query).json()
        items = document[self.envelope] if self.envelope else document
        return [item["metadata"]["uid"] if self.place == "uid" else item[self.place] for item in items]

    def remove(self, client: Any, number: int | str) -> Any:
        return client(self.service, "DELETE", self.path(self.delete, number), **JSON)


JOBS, JOB = "/v3/{p}/jobs", "/v3/{p}/jobs?id={id}"
GONE, BUSY = (400, "DBS.200543"), (409, "DBS.200402")
AUTOPILOT = "/autopilot/v2/projects/{p}/jobs"
KINDS = (
    Records("rds_task", "rds", "/v3/{p}/tasklist", JOB, "id", "tasks", ("total_count", 3), 200, GONE, BUSY, show=JOB),
    Records(
        *("taurusdb_task", "taurus", "/v3/{p}/immediate-jobs", JOBS + "/{id}", "job_id", "jobs", ("total_count", 3)),
        *(200, GONE, BUSY),
        show=JOB,
    ),
    Records(
        *("dms_scheduled_task", "scheduled", INSTANCE + "/scheduled-tasks", INSTANCE + "/scheduled-tasks/{id}"),
        *("id", "jobs", ("job_count", "3"), 204, (404, "DMS.00404041"), (400, "DMS.00400017")),
        running_number=2,
        otc=True,
    ),
    Records(
        *("dcs_bigkey_task", "bigkey", REDIS + "/bigkey-tasks", REDIS + "/bigkey-task/{id}", "id", "records"),
        *(("count", 3), 200, (204, None), (400, "DCS.4918")),
        running_number=2,
        show=REDIS + "/bigkey-task/{id}",
        otc=True,
    ),
    Records(
        *("dcs_hotkey_task", "hotkey", REDIS + "/hotkey-tasks", REDIS + "/hotkey-task/{id}", "id", "records"),
        *(("count", 3), 200, (204, None), (400, "DCS.4017")),
        running_number=2,
        show=REDIS + "/hotkey-task/{id}",
        otc=True,
    ),
    Records(
        *("cce_autopilot_job", "autopilot", AUTOPILOT, AUTOPILOT + "/{id}", "uid", None, None),
        *(204, (404, "CCE.01404001"), (403, "CCE.01403002")),
        running_number=2,
        show=AUTOPILOT + "/{id}",
    ),
    Records(
        *("gaussdb_scheduled_task", "planned", "/v3/{p}/instances/schedule-tasks"),
        *("/v3/{p}/instances/schedule-task/{id}", "task_id", "tasks", ("total_count", 3), 200, GONE, BUSY),
    ),
)
RDS, TAURUS, SCHEDULED, BIGKEY, HOTKEY, _AUTOPILOT, PLANNED = KINDS
each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


@pytest.fixture
def enter(start: Callable[..., CloudEmulator], log_in: Any) -> Callable[..., Any]:
    """Start an emulator of Huawei Cloud and log in to its project."""
    return lambda scenario=None, **options: log_in(start(scenario or small(options, REGION)), PROJECT)


@each_kind
def test_record_listed_shown_and_deleted(enter: Any, kind: Records) -> None:
    client = enter()
    document = client(kind.service, "GET", kind.list).json()
    assert kind.ids(client) == [kind.id(number) for number in (3, 2, 1)]
    assert kind.total is None or document[kind.total[0]] == kind.total[1]
    if kind.show:
        shown = client(kind.service, "GET", kind.path(kind.show, 1)).json()
        shown = shown.get("job") or shown.get("metadata") or shown
        assert kind.id(1) in (shown.get("id"), shown.get("uid"))
    answer = kind.remove(client, 1)
    assert answer.status_code == kind.success
    assert refusal(kind.remove(client, kind.running_number)) == kind.running
    assert kind.id(1) not in kind.ids(client) and len(kind.ids(client)) == 2


@each_kind
def test_record_unknown_is_refused(enter: Any, kind: Records) -> None:
    client = enter()
    answer = kind.remove(client, "unknown")
    assert (answer.status_code, refusal(answer)[1] if answer.content else None) == kind.unknown
    assert len(kind.ids(client)) == 3


@each_kind
def test_record_is_offered_in_documented_cloud(client: Any, kind: Records) -> None:
    if kind.otc:
        assert kind.ids(client) == [kind.id(number) for number in (3, 2, 1)]
        assert kind.remove(client, 1).status_code == kind.success
    else:
        assert refusal(kind.remove(client, 1)) == UNPUBLISHED
        listed = client(kind.service, "GET", kind.list)
        assert (listed.status_code == 200) == (kind is RDS)
        shown = client(kind.service, "GET", kind.path(kind.show, 1)) if kind.show else None
        assert shown is None or (refusal(shown) == UNPUBLISHED) == (kind.service == "cce")


@pytest.mark.parametrize(
    ("kind", "largest", "default"),
    [(RDS, 50, 10), (TAURUS, 50, 10), (BIGKEY, 1000, 10), (HOTKEY, 1000, 10), (PLANNED, 100, 100)],
    ids=str,
)
def test_record_page_has_documented_limits(enter: Any, kind: Records, largest: int, default: int) -> None:
    client = enter(bulk(kind.kind, 120, region=REGION))
    if kind.service == "dcs":
        (instance,) = client("dcs", "GET", "/v2/{p}/instances").json()["instances"]
        path = kind.list.replace("a-redis-1", instance["instance_id"])
    else:
        path = kind.list

    def page(query: str) -> Any:
        answer = client(kind.service, "GET", path + query)
        return answer.status_code if answer.status_code != 200 else len(answer.json()[kind.envelope])

    assert (page(""), page(f"?limit={largest}"), page(f"?limit={largest + 1}"), page("?limit=0")) == (
        default,
        min(largest, 120),
        400,
        400,
    )
    assert page("?limit=50&offset=100") == 20


def test_rds_delete_without_id_is_refused(enter: Any) -> None:
    client = enter()
    assert refusal(client("rds", "DELETE", JOBS)) == (400, "DBS.200001")
    assert refusal(client("rds", "DELETE", JOBS + "/a-rds-1")) == UNPUBLISHED
    assert len(RDS.ids(client)) == 3


def test_rds_list_filters(enter: Any) -> None:
    client = enter()
    assert RDS.ids(client, "?status=Failed") == ["a-rds-2"]
    assert RDS.ids(client, "?id=a-rds-1") == ["a-rds-1"]
    assert RDS.ids(client, "?start_time=1793500000000&end_time=1793600000000") == ["a-rds-1"]
    assert refusal(client("rds", "GET", RDS.list + "?start_time=1")) == (400, "DBS.200001")


@pytest.mark.parametrize(
    ("counts", "pages"),
    [("record", ["0", "50", "100"]), ("first_is_1", ["1", "51", "101"]), ("page", ["1", "2", "3"])],
)
def test_taurusdb_offset_counts_as_option_says(enter: Any, counts: str, pages: list[str]) -> None:
    client = enter(bulk("taurusdb", 120, region=REGION, options={"taurusdb_offset": counts}))
    found = [one for offset in pages for one in TAURUS.ids(client, f"?limit=50&offset={offset}")]
    assert len(found) == len(set(found)) == 120
    assert len(TAURUS.ids(client)) == 10


def test_taurusdb_limit_takes_documented_values(enter: Any) -> None:
    client = enter()
    assert client("taurusdb", "GET", TAURUS.list + "?limit=20").status_code == 200
    assert refusal(client("taurusdb", "GET", TAURUS.list + "?limit=30")) == (400, "DBS.200001")
    client = enter(taurusdb_limit="1 to 100")
    assert client("taurusdb", "GET", TAURUS.list + "?limit=30").status_code == 200


@pytest.mark.parametrize(("kind", "code"), [(BIGKEY, "DCS.4942"), (HOTKEY, "DCS.4941")], ids=str)
def test_analysis_unknown_is_missing_as_option_says(enter: Any, kind: Records, code: str) -> None:
    client = enter(dcs_missing_analysis="400")
    assert refusal(kind.remove(client, "unknown")) == (400, code)
    assert refusal(client("dcs", "GET", kind.path(kind.delete, "unknown"))) == (400, code)


@pytest.mark.parametrize(("kind", "code"), [(BIGKEY, "DCS.4919"), (HOTKEY, "DCS.4922")], ids=str)
def test_analysis_instance_without_is_refused(enter: Any, kind: Records, code: str) -> None:
    scenario = small(region=REGION)
    scenario["projects"][0]["services"]["dcs"]["instances"][0]["analyses"] = False
    client = enter(scenario)
    assert refusal(client("dcs", "GET", kind.list)) == (400, code)
    assert refusal(kind.remove(client, 1)) == (400, code)


def test_analyses_of_two_kinds_are_apart(enter: Any) -> None:
    client = enter()
    other = REDIS + "/hotkey-task/" + BIGKEY.id(1)
    assert client("dcs", "DELETE", other).status_code == 204
    assert len(BIGKEY.ids(client)) == 3
    deleted = BIGKEY.remove(client, 1).json()
    assert (deleted["id"], deleted["status"], deleted["keys"]) == ("a-bigkey-1", "success", [])


def test_dms_engine_without_tasks_is_unpublished(enter: Any) -> None:
    tasks = "/v2/{p}/instances/{}/tasks"
    client = enter(dms_unpublished_engines={"dms_task": ["rocketmq"]})
    assert refusal(client("dms", "GET", tasks.replace("{}", "a-rocketmq-1"))) == UNPUBLISHED
    assert client("dms", "GET", tasks.replace("{}", "a-kafka-1")).status_code == 200
    assert len(SCHEDULED.ids(client)) == 3


def test_dms_engines_with_tasks_on_otc_are_documented_ones(client: Any) -> None:
    for instance, tasks, scheduled in (("a-kafka-1", 200, 404), ("a-rocketmq-1", 404, 200)):
        path = f"/v2/{{p}}/instances/{instance}/"
        assert client("dms", "GET", path + "tasks").status_code == tasks
        assert client("dms", "GET", path + "scheduled-tasks").status_code == scheduled


@pytest.mark.parametrize(("form", "count"), [("string", "3"), ("int", 3)])
def test_dms_number_of_scheduled_tasks_has_form_of_option(enter: Any, form: str, count: Any) -> None:
    assert enter(dms_job_count=form)("dms", "GET", SCHEDULED.list).json()["job_count"] == count


def test_drs_job_shows_terms_and_is_filtered_by_them(enter: Any) -> None:
    scenario = small(region=REGION)
    first = scenario["projects"][0]["services"]["drs"][0]
    first.update(prepaid=True, enterprise_project_id="ep-1")
    client = enter(scenario)
    jobs = "/v5/{p}/jobs"
    (item,) = client("drs", "GET", jobs + "?job_type=migration&enterprise_project_id=ep-1").json()["jobs"]
    assert (item["id"], item["charging_mode"]) == (first["id"], "period")
    assert client("drs", "GET", jobs + "?job_type=sync&enterprise_project_id=ep-1").json()["jobs"] == []
    shown = client("drs", "GET", f"{jobs}/{first['id']}").json()["job"]["base_info"]
    assert shown["name"] == item["name"]
    assert (shown["charging_mode"], shown["enterprise_project_id"]) == ("period", "ep-1")
