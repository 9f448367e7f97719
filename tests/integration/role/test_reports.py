# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No delete without a report, and no report in place of another."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator
from emulator.certificates import Certificates
from helpers.http_stub import Answer, Asked, SmallServer
from helpers.playbooks import TIMEOUT, Play, read_events
from helpers.reports import latest_report, run_folders
from helpers.role_runs import AUTH, UNATTENDED, logins, outcomes, page_in

SECRET = "s3cret-signature"
RENDERED = {"report.json", "report.html", "report.md", "report.csv", "junit.xml"}


@pytest.fixture
def bucket(certificates: Certificates) -> Iterator[SmallServer]:
    """A server that takes every file."""
    with SmallServer(lambda _asked: Answer(), tls=(certificates.certificate, certificates.key)) as running:
        yield running


@pytest.fixture
def trusting(certificates: Certificates) -> dict[str, str]:
    """The environment of a run that trusts the server."""
    return {"OS_CACERT": str(certificates.authority)}


def url_of(bucket: SmallServer, name: str = "report.zip") -> str:
    return f"{bucket.url}/{name}?signature={SECRET}"


def uploaded(bucket: SmallServer) -> tuple[str, dict[str, bytes]]:
    """The folder and the files of the one zip file that was uploaded."""
    [asked] = bucket.asked
    with zipfile.ZipFile(io.BytesIO(asked.body)) as archive:
        files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
        [folder] = {name.rpartition("/")[0] for name in archive.namelist()}
    return folder, files


def assert_secret_is_nowhere(run: Play, directory: Path) -> None:
    """Check the output, the results of all tasks and all files but those with the variables."""
    assert SECRET not in run.output
    files = [path for path in directory.rglob("*") if path.is_file() and not path.name.startswith("variables-")]
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["real", "check"])
def test_role_report_dir_unwritable_is_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    occupied = tmp_path / "reports"
    occupied.write_text("a file", encoding="utf-8")
    run = decommission(*arguments, report_dir=str(occupied), confirm=UNATTENDED)
    assert run.code == 2
    assert f"decommission_report_dir: {occupied / PROJECT} cannot be written: Not a directory" in run.failures
    assert cloud.log == []


@pytest.mark.parametrize(
    ("path", "reason"), [("missing/plan.json", "{}/missing does not exist"), ("home", "it is a directory")]
)
def test_role_plan_file_unwritable_is_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, path: str, reason: str
) -> None:
    run = decommission(plan_file=path, report_dir="reports")
    assert run.code == 2
    assert f"decommission_plan_file: {tmp_path / path} cannot be written: {reason.format(tmp_path)}" in run.failures
    assert cloud.log == []


def test_role_plan_file_confirmed_is_read_and_not_written(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(plan_file="missing/plan.json", confirmations={PROJECT: UNATTENDED})
    assert (run.code, cloud.log) == (2, [])
    assert "decommission_plan_file: missing/plan.json: does not exist or is empty" in run.failures
    assert "cannot be written" not in run.failures


def start_and_wait_for_a_delete(
    cloud: CloudEmulator, decommission: Any, reports: Path, url: str = "", **options: Any
) -> tuple[Any, Callable[[], Play]]:
    """Start a run with throttled deletes; return its process after the first delete, and what waits for its end."""
    cloud.faults.add("status", method="DELETE", status=429, headers={"Retry-After": "1"})
    variables = decommission.variables(confirm=UNATTENDED, kinds=["cce_job"], report_dir=str(reports), report_url=url)
    process, record = decommission.playbooks.start(variables, **options)
    deadline = time.monotonic() + TIMEOUT
    while not cloud.writes() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)

    def end() -> Play:
        output, _nothing = process.communicate(timeout=TIMEOUT)
        return Play(process.returncode, output, read_events(record))

    return process, end


def test_role_killed_leaves_first_report(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    process, end = start_and_wait_for_a_delete(cloud, decommission, tmp_path)
    os.killpg(process.pid, signal.SIGKILL)
    end()
    report = latest_report(tmp_path, PROJECT)
    assert report["mode"] == "applying"
    assert report["reasons"]["kept"] == {"outcome not yet known": 2, "running": 1}
    assert "Under way or interrupted" in page_in(tmp_path)
    assert "under way or interrupted" in (tmp_path / PROJECT / "index.html").read_text(encoding="utf-8")


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def block_index(folder: Path) -> None:
    (folder.parent / "index.html").unlink()
    (folder.parent / "index.html").mkdir()


@pytest.mark.parametrize(("harm", "extra"), [(remove, set()), (block_index, {"journal.jsonl"})])
def test_role_last_report_unwritable_shows_and_uploads_outcomes(
    cloud: CloudEmulator,
    bucket: SmallServer,
    trusting: dict[str, str],
    decommission: Any,
    tmp_path: Path,
    harm: Callable[[Path], None],
    extra: set[str],
) -> None:
    process, end = start_and_wait_for_a_delete(cloud, decommission, tmp_path, url_of(bucket), environment=trusting)
    (folder,) = run_folders(tmp_path / PROJECT)
    harm(folder)
    refusal = {"status": 403, "error_code": "CCE.01403001", "error_msg": "no permission for this one"}
    cloud.faults.clear()
    cloud.faults.add("status", service="cce", method="DELETE", path="a-cce-1", **refusal)
    run = end()
    assert process.returncode == 2, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=1, kept=1, failed=1)
    assert "kind     deleted  absent  kept  drifted  failed" in run.failures.splitlines()
    assert 'cce_job 403 CCE.01403001 "no permission for this one" (first: a-cce-1)' in run.failures
    assert "decommission_report_dir: the report cannot be written" in run.failures
    assert "decommission_report_url: the report was uploaded" in run.failures
    name, files = uploaded(bucket)
    assert name == folder.name
    assert files.keys() == RENDERED | extra
    assert json.loads(files["report.json"])["outcomes"] == outcomes(deleted=1, kept=1, failed=1)


def test_role_first_report_unwritable_deletes_nothing_and_uploads(
    cloud: CloudEmulator, bucket: SmallServer, trusting: dict[str, str], decommission: Any, tmp_path: Path
) -> None:
    reports = tmp_path / "reports"
    # The directory can be written to, but its index cannot be replaced.
    (reports / PROJECT / "index.html").mkdir(parents=True)
    run = decommission(
        confirm=UNATTENDED,
        kinds=["cce_job"],
        report_dir=str(reports),
        report_url=url_of(bucket),
        environment=trusting,
    )
    assert run.code == 2
    assert "decommission_report_dir: the report cannot be written" in run.failures
    assert cloud.writes() == []
    assert json.loads(uploaded(bucket)[1]["report.json"])["outcomes"] == outcomes(kept=1, failed=2)
    assert run.fact("decommission_result")["outcomes"]["failed"] == 2


@pytest.mark.parametrize("serial", ["100%", "1"])
def test_role_hosts_with_same_project_are_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, serial: str
) -> None:
    inventory = tmp_path / "hosts.yml"
    hosts = {name: {"decommission_project": PROJECT} for name in ("one", "two")}
    hosts["third"] = {"decommission_project": "eu-de_other"}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    variables = decommission.variables(
        confirm=UNATTENDED, project=None, hosts="all", report_dir=str(tmp_path), serial=serial
    )
    arguments = ("-i", str(inventory), "--limit", "one,two")
    run = decommission.playbooks.run(variables, *arguments, playbook="sundown.hwcloud.fleet")
    assert run.code == 2
    assert f"decommission_project: one, two of this play all name the project {PROJECT}" in run.failures
    assert cloud.log == []


@pytest.mark.parametrize(
    ("status", "trust", "message"),
    [
        (200, "option", "the report was uploaded"),
        (403, "environment", "the report cannot be uploaded: HTTP 403"),
        (302, "environment", "the report cannot be uploaded: HTTP 302"),
        (200, "none", "the report cannot be uploaded: TLS failed"),
    ],
)
def test_role_report_is_uploaded_and_url_never_shown(
    certificates: Certificates, decommission: Any, tmp_path: Path, status: int, trust: str, message: str
) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(status, asked.target.encode(), {"Location": asked.target})

    # The certificates of the modules need not be verified, that of the bucket is.
    environment, auth = {"OS_INSECURE": "true"}, {**AUTH, "validate_certs": False}
    if trust == "environment":
        environment["OS_CACERT"] = str(certificates.authority)
    if trust == "option":
        auth["ca_cert"] = str(certificates.authority)
    with SmallServer(answer, tls=(certificates.certificate, certificates.key)) as bucket:
        run = decommission(
            "-vvv",
            auth=auth,
            report_dir=str(tmp_path / "reports"),
            report_url=url_of(bucket),
            confirm=UNATTENDED,
            environment=environment,
        )
    assert f"decommission_report_url: {message}" in run.output
    assert run.code == (0 if message == "the report was uploaded" else 2)
    # The report does not depend on the upload.
    assert latest_report(tmp_path / "reports", PROJECT)["outcomes"] == outcomes(deleted=10, kept=5)
    assert_secret_is_nowhere(run, tmp_path)
    if trust == "none":
        assert bucket.asked == []
        return
    folder, files = uploaded(bucket)
    assert [folder] == [path.name for path in run_folders(tmp_path / "reports" / PROJECT)]
    assert files.keys() == RENDERED | {"journal.jsonl"}


@pytest.mark.parametrize(
    ("mode", "arguments", "variables"),
    [
        ("plan", (), {}),
        ("check", ("--check",), {"confirm": UNATTENDED}),
        ("refused", (), {"confirm": UNATTENDED, "max_records": 1}),
        ("refused", (), {"auth": {**AUTH, "password": "wrong"}}),
    ],
    ids=["plan", "check", "refused", "no plan"],
)
def test_role_report_is_uploaded_in_every_mode(
    bucket: SmallServer,
    trusting: dict[str, str],
    decommission: Any,
    tmp_path: Path,
    mode: str,
    arguments: tuple[str, ...],
    variables: dict[str, Any],
) -> None:
    run = decommission(
        *arguments,
        report_dir=str(tmp_path / "reports"),
        report_url=url_of(bucket),
        environment=trusting,
        **variables,
    )
    assert run.code == (2 if mode == "refused" else 0)
    folder, files = uploaded(bucket)
    assert [folder] == [path.name for path in run_folders(tmp_path / "reports" / PROJECT)]
    assert folder.split("Z-")[1].startswith(f"{mode}-")
    assert json.loads(files["report.json"]) == latest_report(tmp_path / "reports", PROJECT)
    assert_secret_is_nowhere(run, tmp_path)


def test_role_report_without_directory_is_uploaded(
    bucket: SmallServer, trusting: dict[str, str], decommission: Any, tmp_path: Path
) -> None:
    run = decommission(confirm=UNATTENDED, report_url=url_of(bucket), environment=trusting)
    assert run.code == 0
    folder, files = uploaded(bucket)
    report = json.loads(files["report.json"])
    assert folder.endswith(f"Z-apply-{report['digest'][:8]}")
    assert report["outcomes"] == outcomes(deleted=10, kept=5)
    assert files.keys() == RENDERED
    assert not list(tmp_path.rglob("report.json"))


def test_role_hosts_with_same_object_are_refused_before_first_request(
    cloud: CloudEmulator, bucket: SmallServer, trusting: dict[str, str], decommission: Any, tmp_path: Path
) -> None:
    inventory = tmp_path / "variables-hosts.yml"
    given = {"one": ("a", "same.zip"), "two": ("b", "same.zip"), "third": (PROJECT, "other.zip")}
    hosts = {
        host: {"decommission_project": project, "decommission_report_url": url_of(bucket, name) + host}
        for host, (project, name) in given.items()
    }
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    variables = decommission.variables(project=None, hosts="all")
    run = decommission.playbooks.run(
        variables, "-vvv", "-i", str(inventory), playbook="sundown.hwcloud.fleet", environment=trusting
    )
    assert run.code == 2
    refusal = (
        "decommission_report_url: one, two of this play all name one object, where the last upload would replace the"
        " others; use a URL of its own for each host\nNothing was requested."
    )
    assert [run.of("Validate role variables", host)[0]["msg"] for host in ("one", "two")] == [refusal] * 2
    assert logins(cloud) == 1
    assert [asked.target.partition("?")[0] for asked in bucket.asked] == ["/other.zip"]
    assert_secret_is_nowhere(run, tmp_path)
