# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator in a test and as a process: log, state, start and stop, the admin port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from emulator import PROJECT, CloudEmulator, bulk, neighbours, small
from emulator.__main__ import main
from emulator.certificates import issue
from emulator.services import SERVICES

TESTS = Path(__file__).resolve().parents[2]
DEMO = TESTS / "emulator" / "scenarios" / "demo.yml"
TASKS = "/v3/{p}/tasks"
WITHOUT_SPEEDUPS = (
    "import sys, runpy; sys.modules['httptools'] = sys.modules['uvloop'] = None; "
    "sys.argv[0] = 'emulator'; runpy.run_module('emulator', run_name='__main__')"
)


def ids(cloud: CloudEmulator, service: str = "gaussdb", project: str = PROJECT) -> list[str]:
    return [record["id"] for record in cloud.records(project, service)]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_log_entry_of_each_request_complete(client: Any) -> None:
    client.cloud.clear_log()
    client("gaussdb", "GET", TASKS + "?limit=5&name=a%20b&name=c")
    client("drs", "POST", "/v3/{p}/jobs", json={"db_use_type": "sync"})
    client("drs", "DELETE", "/v3/{p}/jobs/batch-jobs", data="no json", headers={"X-Language": "en-us"})
    listed, posted, deleted = client.cloud.log
    assert (listed["service"], listed["method"], listed["status"]) == ("gaussdb", "GET", 200)
    assert listed["path"] == f"/v3/{client.project_id}/tasks"
    assert listed["query"] == {"limit": "5", "name": ["a b", "c"]}
    assert (listed["body"], listed["project_id"], listed["fault"]) == (None, client.project_id, None)
    assert listed["headers"]["x-auth-token"] == client.token
    assert abs(listed["at"] - time.time()) < 10
    assert posted["body"] == {"db_use_type": "sync"}
    assert (deleted["body"], deleted["status"], deleted["headers"]["x-language"]) == ("no json", 400, "en-us")
    assert client.cloud.writes() == [deleted]


def test_writes_of_reads_and_logins_empty(client: Any) -> None:
    client("drs", "POST", "/v3/{p}/jobs/batch-status", json={"jobs": ["a-drs-1"]})
    client("iam", "HEAD", "/v3/auth/tokens", headers={"X-Subject-Token": client.token})
    assert client.cloud.writes() == []
    client("drs", "POST", "/v5/{p}/jobs/a-drs-2/stop", json={})
    client("gaussdb", "DELETE", "/v3/{p}/jobs/gone")
    client("dcs", "POST", "/v2/{p}/tasks/a-dcs-1")
    assert [entry["service"] for entry in client.cloud.writes()] == ["drs", "gaussdb", "dcs"]


@pytest.mark.parametrize(("keep", "kept"), [(False, 0), (3, 3), (True, 6)])
def test_log_bounded_or_off_keeps_newest_and_counters(connect: Any, keep: Any, kept: int) -> None:
    client = connect(bulk("gaussdb", 5, log=keep))
    for _round in range(4):
        client("gaussdb", "GET", TASKS)
    client("gaussdb", "DELETE", "/v3/{p}/jobs/gone")
    assert len(client.cloud.log) == kept
    counters = client.cloud.counters()
    assert counters["gaussdb"] == {"GET": {"200": 4}, "DELETE": {"400": 1}}
    assert counters["iam"] == {"POST": {"201": 1}}
    client.cloud.clear_log()
    assert client.cloud.counters() == {}


def test_records_added_changed_or_removed_served_so(client: Any) -> None:
    cloud = client.cloud
    added = cloud.add_record(PROJECT, "gaussdb", status="Running", age="1m")
    assert cloud.add_record(PROJECT, "gaussdb", id="another")["id"] == "another"
    assert client("gaussdb", "DELETE", f"/v3/{{p}}/jobs/{added['id']}").status_code == 409
    cloud.set_status(PROJECT, "gaussdb", added["id"], "Completed")
    assert client("gaussdb", "GET", TASKS + "?status=Completed").json()["total_count"] == 3
    cloud.remove_record(PROJECT, "gaussdb", "a-gauss-1")
    assert set(ids(cloud)) == {added["id"], "another", "a-gauss-2", "a-gauss-3"}
    cloud.add_record(PROJECT, "dms", id="more", instance_id="a-kafka-2")
    assert client("dms", "GET", "/v2/{p}/instances/a-kafka-2/tasks").json()["task_count"] == "2"
    for missing in (cloud.remove_record, lambda *place: cloud.set_status(*place, "Failed")):
        with pytest.raises(KeyError):
            missing(PROJECT, "gaussdb", "gone")
    with pytest.raises(KeyError):
        cloud.records("eu-de_nowhere", "gaussdb")


def test_state_after_stop_still_readable(client: Any) -> None:
    cloud = client.cloud
    client("gaussdb", "DELETE", "/v3/{p}/jobs/a-gauss-1")
    cloud.stop()
    assert ids(cloud) == ["a-gauss-3", "a-gauss-2"]
    assert len(cloud.log) == 2
    cloud.stop()


def test_load_of_scenario_replaces_all_but_ports(client: Any) -> None:
    cloud, endpoints = client.cloud, dict(client.cloud.endpoints)
    cloud.faults.add("status")
    cloud.load(neighbours(2))
    assert cloud.endpoints == endpoints
    assert cloud.log == []
    assert cloud.faults.describe() == []
    assert client("gaussdb", "GET", TASKS).status_code == 401
    assert client.log_in({"project": {"name": "eu-de_neighbour1"}}).status_code == 201


def test_ports_of_all_services_on_loopback_only(cloud: CloudEmulator) -> None:
    assert {url.rpartition(":")[0] for url in cloud.endpoints.values()} == {"http://127.0.0.1"}
    assert set(cloud.endpoints) == set(SERVICES)


def test_start_and_stop_repeated_leave_no_thread_or_file(log_in: Any) -> None:
    def cycle() -> None:
        with CloudEmulator(small()) as cloud:
            client = log_in(cloud)
            client("cce", "GET", "/api/v2/projects/{p}/jobs")
            client.session.close()

    cycle()
    threads, files = threading.active_count(), open_files()
    for _round in range(20):
        cycle()
    assert threading.active_count() == threads
    assert open_files() <= files + 2


def test_delete_concurrently_deletes_each_record_once(connect: Any) -> None:
    client = connect(bulk("gaussdb", 300))
    waiting = ids(client.cloud) * 2

    def delete(job_id: str) -> int:
        return int(client("gaussdb", "DELETE", f"/v3/{{p}}/jobs/{job_id}").status_code)

    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(delete, waiting))
    assert (responses.count(200), responses.count(400)) == (300, 300)
    assert ids(client.cloud) == []
    assert client.cloud.counters()["gaussdb"]["DELETE"] == {"200": 300, "400": 300}


def test_https_with_issued_certificate_verified(start: Callable[..., CloudEmulator], tmp_path: Path) -> None:
    made = issue(tmp_path)
    assert made.key.stat().st_mode & 0o777 == 0o600
    cloud = start(tls=(made.certificate, made.key))
    url = cloud.endpoints["iam"] + "/v3"
    assert url.startswith("https://127.0.0.1:")
    assert requests.get(url, verify=str(made.authority), timeout=5).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(url, timeout=5)


@pytest.fixture
def process() -> Iterator[Callable[..., tuple[subprocess.Popen[str], dict[str, Any]]]]:
    started: list[subprocess.Popen[str]] = []

    def start_process(*arguments: str, interpreter: tuple[str, ...] = ("-m", "emulator")) -> Any:
        command = [sys.executable, *interpreter, *arguments]
        environment = {**os.environ, "PYTHONPATH": str(TESTS)}
        pipe = subprocess.PIPE
        running = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)
        started.append(running)
        assert running.stdout is not None
        line = running.stdout.readline()
        return running, json.loads(line) if line else {}

    yield start_process
    for running in started:
        running.kill()
        running.communicate()


def test_process_ready_serves_admin_port_until_shutdown(process: Any, tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    running, ready = process("--scenario", str(DEMO), "--ready-file", str(ready_file))
    assert ready["pid"] == running.pid
    assert json.loads(ready_file.read_text(encoding="utf-8")) == ready
    admin = ready["admin"]
    state = requests.get(f"{admin}/state", timeout=5).json()
    assert len(state["projects"][PROJECT]["services"]["gaussdb"]) == 12
    requests.get(f"{ready['endpoints']['cce']}/api/v2/projects/x/jobs", timeout=5)
    assert [entry["status"] for entry in requests.get(f"{admin}/log", timeout=5).json()] == [401]
    assert requests.get(f"{admin}/counters", timeout=5).json() == {"cce": {"GET": {"401": 1}}}
    assert requests.delete(f"{admin}/log", timeout=5).status_code == 204
    assert requests.get(f"{admin}/log", timeout=5).json() == []
    assert requests.post(f"{admin}/shutdown", timeout=5).status_code == 202
    assert running.wait(timeout=10) == 0
    assert running.stderr.read() == ""


def test_admin_port_change_requests_carried_out(cloud: CloudEmulator, client: Any) -> None:
    admin, session = cloud.admin, client.session
    fault = {"kind": "status", "service": "gaussdb", "status": 500, "times": 1}
    added = session.post(f"{admin}/faults", json=[fault, {"kind": "latency", "seconds": 0.01}], timeout=5)
    assert (added.status_code, len(added.json())) == (201, 2)
    assert [client("gaussdb", "GET", TASKS).status_code for _round in range(2)] == [500, 200]
    assert session.get(f"{admin}/faults", timeout=5).json()[0]["hits"] == 1
    assert session.delete(f"{admin}/faults", timeout=5).status_code == 204
    record = {"project": PROJECT, "service": "cce", "id": "late", "status": "Running"}
    assert session.post(f"{admin}/records", json=record, timeout=5).status_code == 201
    place = f"{admin}/records/{PROJECT}/cce/late"
    assert session.patch(place, json={"status": "Success"}, timeout=5).status_code == 204
    assert cloud.records(PROJECT, "cce")[0]["status"] == "Success"
    assert session.delete(place, timeout=5).status_code == 204
    assert "late" not in ids(cloud, "cce")
    assert session.post(f"{admin}/expire-tokens", timeout=5).json() == {"expired": 1}
    assert client("gaussdb", "GET", TASKS).status_code == 401
    assert session.put(f"{admin}/scenario", json=bulk("cce", 4), timeout=5).status_code == 200
    assert len(ids(cloud, "cce")) == 4


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("POST", "/faults", {"kind": "flood"}),
        ("POST", "/faults", {"service": "cce"}),
        ("POST", "/faults", {"kind": "latency", "wait": 1}),
        ("PUT", "/scenario", {"regions": "eu-de"}),
        ("PATCH", f"/records/{PROJECT}/cce/gone", {"status": "Success"}),
        ("POST", "/records", {"project": PROJECT}),
    ],
)
def test_admin_port_invalid_request_refused_with_400(
    cloud: CloudEmulator, method: str, path: str, document: Any
) -> None:
    response = requests.request(method, cloud.admin + path, json=document, timeout=5)
    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_on_signal_ends(process: Any, number: signal.Signals) -> None:
    running, ready = process("--scenario", str(DEMO))
    assert ready
    running.send_signal(number)
    assert running.wait(timeout=10) == 0


def test_process_with_invalid_arguments_names_mistake(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("regions: eu-de\n", encoding="utf-8")
    for scenario, named in ((wrong, "regions"), (tmp_path / "none.yml", "none.yml")):
        assert main(["--scenario", str(scenario)]) == 2
        printed = capsys.readouterr()
        assert not printed.out
        assert named in printed.err


def test_process_without_uvloop_and_httptools_serves(process: Any, log_in: Any) -> None:
    running, ready = process("--scenario", str(DEMO), interpreter=("-c", WITHOUT_SPEEDUPS))
    assert ready

    class Remote:
        endpoints = ready["endpoints"]

    client = log_in(Remote())
    assert client("gaussdb", "GET", TASKS).json()["total_count"] == 12
    requests.post(f"{ready['admin']}/faults", json={"kind": "drop_before", "times": 1}, timeout=5)
    with pytest.raises(requests.ConnectionError):
        client("gaussdb", "GET", TASKS)
    assert client("gaussdb", "GET", TASKS).status_code == 200
    assert running.poll() is None
