# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that a service refuses: status, error code, and no record is changed."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import PROJECT, bulk

from .expectations import RECORD_SERVICES, refusal

GAUSS, DMS, DCS = "/v3/{p}/jobs", "/v2/{p}/instances/a-kafka-1/tasks", "/v2/{p}/tasks"
CCE, V5, V3 = "/api/v2/projects/{p}/jobs", "/v5/{p}/jobs", "/v3/{p}/jobs"
BATCH = V3 + "/batch-jobs"
JSON = {"Content-Type": "application/json"}
UNPUBLISHED = (404, "APIGW.0101")
INVALID_V3, EMPTY_V3, INVALID_V5 = (400, "DRS.M00202"), (422, "DRS.M00002"), (400, "DRS.10000001")
INVALID = {"gaussdb": (400, "DBS.200001"), "dms": (400, "DMS.00400004"), "dcs": (400, "DCS.4004"), "drs": INVALID_V5}

PLAIN = [
    ("gaussdb", "DELETE", GAUSS + "/gone", (400, "DBS.200543")),
    ("gaussdb", "DELETE", GAUSS + "/a.b", (400, "DBS.200001")),
    ("gaussdb", "DELETE", GAUSS + "/a-gauss-3", (409, "DBS.200402")),
    ("gaussdb", "GET", GAUSS + "?id=gone", (400, "DBS.200543")),
    ("gaussdb", "GET", GAUSS, (400, "DBS.200001")),
    ("gaussdb", "POST", GAUSS + "/a-gauss-1", UNPUBLISHED),
    ("gaussdb", "GET", "/v3/{p}/nothing", UNPUBLISHED),
    ("gaussdb", "GET", "/v3/{p}/tasks/", UNPUBLISHED),
    ("dms", "DELETE", DMS + "/a-dms-2", (400, "DMS.00400017")),
    ("dms", "DELETE", DMS + "/gone", (404, "DMS.00404041")),
    ("dms", "DELETE", DMS + "/a-dms-3", (404, "DMS.00404041")),
    ("dms", "DELETE", DMS + "/a.b", (400, "DMS.00400070")),
    ("dms", "DELETE", "/v2/{p}/instances/nowhere/tasks/a-dms-1", (404, "DMS.00404022")),
    ("dms", "DELETE", DMS, UNPUBLISHED),
    ("dcs", "DELETE", DCS + "/a-dcs-2", (400, "DCS.4017")),
    ("dcs", "DELETE", DCS + "/gone", (404, "DCS.4404")),
    ("dcs", "DELETE", DCS + "/a.b", (400, "DCS.4070")),
    ("dcs", "GET", "/v2/{p}/instances/nowhere/tasks", (404, "DCS.3022")),
    ("dcs", "POST", DCS + "/a-dcs-1", UNPUBLISHED),
    ("cce", "DELETE", CCE + "/a-cce-1", (400, "CCE.01400001")),
    ("cce", "GET", CCE + "/gone", (404, "CCE.01404001")),
    ("drs", "DELETE", V5 + "/a-drs-2", INVALID_V5),
    ("drs", "DELETE", V5 + "/gone", (400, "DRS.10000010")),
    ("drs", "GET", V5 + "/gone", (400, "DRS.10000010")),
    ("drs", "GET", V5, INVALID_V5),
    ("drs", "GET", V5 + "?job_type=backup", INVALID_V5),
    ("drs", "DELETE", V5, INVALID_V5),
    ("drs", "DELETE", BATCH, INVALID_V3),
]
QUERIES = [
    ("gaussdb", "/v3/{p}/tasks", ("limit=0", "limit=101", "limit=ten", "offset=-1")),
    ("dms", "/v2/{p}/instances", ("limit=51",)),
    ("dms", DMS, ("limit=0", "begin_time=2026-11-02")),
    ("dcs", DCS, ("limit=0", "limit=1001", "offset=-1")),
    ("drs", V5, ("job_type=sync&limit=0", "job_type=sync&offset=x")),
]
BODIES = [
    ("POST", V3, {}, EMPTY_V3),
    ("POST", V3, {"db_use_type": "backup"}, INVALID_V3),
    ("POST", V3, {"db_use_type": "sync", "per_page": 101}, INVALID_V3),
    ("POST", V3, {"db_use_type": "sync", "cur_page": -1}, INVALID_V3),
    ("POST", V3, {"db_use_type": "sync", "cur_page": "1"}, INVALID_V3),
    ("POST", V3, [], INVALID_V3),
    ("DELETE", BATCH, {}, EMPTY_V3),
    ("DELETE", BATCH, {"jobs": []}, EMPTY_V3),
    ("DELETE", BATCH, {"jobs": ["a-drs-1"]}, INVALID_V3),
    ("DELETE", BATCH, {"jobs": [{"job_id": "a-drs-1"}]}, INVALID_V3),
    ("DELETE", BATCH, {"jobs": [{"job_id": "a-drs-1", "delete_type": "remove"}]}, INVALID_V3),
    ("DELETE", BATCH, {"jobs": [{"job_id": 1, "delete_type": "delete"}]}, INVALID_V3),
    ("DELETE", V5, {"jobs": []}, INVALID_V5),
    ("POST", V5 + "/gone/stop", {}, (400, "DRS.10000010")),
]
CASES = [
    *((service, method, path, {}, expected) for service, method, path, expected in PLAIN),
    *((service, "GET", f"{path}?{one}", {}, INVALID[service]) for service, path, queries in QUERIES for one in queries),
    *(("drs", method, path, {"json": body}, expected) for method, path, body, expected in BODIES),
    ("cce", "DELETE", CCE + "/a-cce-1", {"headers": {"Content-Type": "text/plain"}}, (400, "CCE.01400001")),
    ("cce", "DELETE", CCE + "/a-cce-2", {"headers": JSON}, (403, "CCE.01403002")),
    ("cce", "DELETE", CCE + "/gone", {"headers": JSON}, (404, "CCE.01404001")),
]


@pytest.mark.parametrize(("service", "method", "path", "options", "expected"), CASES)
def test_request_invalid_refused_without_change(
    client: Any, service: str, method: str, path: str, options: dict[str, Any], expected: tuple[int, str]
) -> None:
    before = client.cloud.records(PROJECT, service)
    response = client(service, method, path, **options)
    assert refusal(response) == expected
    if expected[1].startswith("DCS"):
        assert "error_ext_msg" in response.json()
    assert client.cloud.records(PROJECT, service) == before


@pytest.mark.parametrize("service", RECORD_SERVICES)
def test_service_unpublished_answers_404_alone(connect: Any, service: str) -> None:
    client = connect(options={"unpublished": [service]})
    statuses = {name: client(name, "GET", expected.path).status_code for name, expected in RECORD_SERVICES.items()}
    assert statuses == {**dict.fromkeys(RECORD_SERVICES, 200), service: 404}
    assert refusal(client(service, "GET", RECORD_SERVICES[service].path)) == UNPUBLISHED


@pytest.mark.parametrize(("versions", "v3", "v5"), [(["v3"], 200, 404), (["v5"], 404, 200)])
def test_drs_version_unpublished_answers_404(connect: Any, versions: list[str], v3: int, v5: int) -> None:
    client = connect(options={"drs_versions": versions})
    assert client("drs", "POST", V3, json={"db_use_type": "sync"}).status_code == v3
    assert client("drs", "GET", V5 + "?job_type=sync").status_code == v5


def test_error_codes_chosen_by_options_used(connect: Any) -> None:
    codes = {"dms_unknown_task_code": "DMS.1", "dcs_unknown_task_code": "DCS.1", "cce_unknown_job_code": "CCE.1"}
    client = connect(options=codes)
    assert refusal(client("dms", "DELETE", DMS + "/gone")) == (404, "DMS.1")
    assert refusal(client("dcs", "DELETE", DCS + "/gone")) == (404, "DCS.1")
    assert refusal(client("cce", "DELETE", CCE + "/gone", headers=JSON)) == (404, "CCE.1")


def test_limit_above_clamp_cut_silently(connect: Any) -> None:
    client = connect(bulk("gaussdb", 50, options={"clamp_limit": {"gaussdb": 20}}))
    page = client("gaussdb", "GET", "/v3/{p}/tasks?limit=100").json()
    assert (len(page["tasks"]), page["total_count"]) == (20, 50)
