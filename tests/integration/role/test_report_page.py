# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role writes the page beside report.json in every mode and after every end of a run."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render_report

from emulator import PASSWORD, PROJECT, CloudEmulator, small

UNATTENDED = f"{PROJECT}/unattended"
HOSTILE = (
    "{{ lookup('ansible.builtin.env', 'HOME') }}",
    "</script><script>alert(1)</script>",
    "{% if true %}😀{% endif %}",
)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def written(reports: Path) -> tuple[str, dict[str, Any]]:
    """Return the page and the report of the latest run, which must agree, be private and hold no secret."""
    page, report = (reports / PROJECT / "latest" / name for name in ("report.html", "report.json"))
    for path in (page, report):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert PASSWORD not in path.read_text(encoding="utf-8")
    text = report.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8") == render_report(text)
    return page.read_text(encoding="utf-8"), json.loads(text)


def test_page_of_check_plan_and_apply_shows_mode_and_names_as_text(
    cloud: CloudEmulator, decommission: Any, reports: Path
) -> None:
    scenario = small()
    for job, name in zip(scenario["projects"][0]["services"]["gaussdb"], HOSTILE, strict=True):
        job["name"] = name
    cloud.load(scenario)
    for mode, arguments, confirm, text in (
        ("check", ["--check"], UNATTENDED, "Nothing was deleted: this was check mode."),
        ("plan", [], "", f"<title>Waiting for approval: {PROJECT}"),
        ("apply", [], UNATTENDED, f"<title>Finished: {PROJECT}"),
    ):
        play = decommission(*arguments, report_dir=str(reports), confirm=confirm)
        assert play.code == 0, play.output
        page, report = written(reports)
        assert report["mode"] == mode
        assert text in page
        assert {record["name"] for record in report["records"] if record["service"] == "gaussdb"} == set(HOSTILE)
        assert page.count("<script") == page.count("</script>") == 2
        assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{% if true %}😀{% endif %}" in page


def test_page_of_failed_delete_is_written_before_the_play_fails(
    cloud: CloudEmulator, decommission: Any, reports: Path
) -> None:
    refusal = {"status": 403, "error_code": "APIGW.0302", "error_msg": "not authorized"}
    cloud.faults.add("status", service="cce", method="DELETE", **refusal)
    play = decommission(report_dir=str(reports), confirm=UNATTENDED)
    assert play.code != 0
    page, report = written(reports)
    failed = [record for record in report["records"] if record["outcome"] == "failed"]
    assert [record["error_code"] for record in failed] == ["APIGW.0302"] * 2
    assert f"<title>Not finished: {PROJECT}" in page
    for record in failed:
        assert record["request_id"] and record["request_id"] in page


def test_page_of_failed_login_is_written(decommission: Any, reports: Path) -> None:
    wrong = {"username": "operator", "password": "wrong", "domain_name": "nowhere"}
    play = decommission(report_dir=str(reports), auth=wrong)
    assert play.code != 0
    page, report = written(reports)
    assert "Not started" in page
    assert report["mode"] == "failed" and report["problems"]
