# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notifications of the import file, and those that the guide shows, rendered as AWX does."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from helpers.awx_credentials import AWX
from helpers.awx_notifications import approval_notification, job_notification, notification_errors
from helpers.awx_stub import ControllerStub, Refused
from helpers.doc_examples import blocks_of

GUIDE = "docs/docsite/rst/guide_awx.rst"
URL = "https://awx.example.com/#/jobs/playbook/7"


def notification() -> dict[str, Any]:
    """The notification template of the import file."""
    (template,) = yaml.safe_load((AWX / "workflow.yml").read_text(encoding="utf-8"))["notification_templates"]
    return dict(template)


def mail() -> dict[str, Any]:
    """The notification template with the changes for mail that the guide shows."""
    (changes,) = [block.data for block in blocks_of(GUIDE) if "notification_configuration:" in block.text]
    return {**notification(), **changes}


def teams() -> dict[str, Any]:
    """The notification template with each body as the guide shows it for Teams."""
    (card,) = [block.text for block in blocks_of(GUIDE) if "AdaptiveCard" in block.text]

    def changed(messages: dict[str, Any]) -> dict[str, Any]:
        return {
            name: changed(text) if isinstance(text, dict) else in_card(text) if name == "body" else text
            for name, text in messages.items()
        }

    def in_card(body: str) -> str:
        expression = body.removeprefix('{"text": {{').removesuffix("}} }")
        return card.replace("{{ ... }}", "{{" + expression + "}}")

    return {**notification(), "messages": changed(notification()["messages"])}


def shown_text(content: Any) -> str:
    """The text in what is sent: by mail, to a chat, or as an adaptive card."""
    if isinstance(content, str):
        return content
    if "attachments" in content:
        ((block,),) = [attachment["content"]["body"] for attachment in content["attachments"]]
        return str(block["text"])
    assert list(content) == ["text"]
    return str(content["text"])


@pytest.mark.parametrize("template", [notification(), mail(), teams()], ids=["chat", "mail", "teams"])
@pytest.mark.parametrize("status", ["successful", "failed"])
def test_notification_of_job_contains_summary_or_reason(template: dict[str, Any], status: str) -> None:
    assert not notification_errors(template)
    reason, summary = "Job cannot start.", '# Plan: `a"b`\n\n| Kind | `{{ x }} \u20ac <` |\n'
    job = {"id": 7, "name": "Decommission: plan", "status": status, "job_explanation": reason}
    for artifacts, expected in (
        ({"decommission_summary": summary, "decommission_confirm": "a/1"}, summary),
        ({"decommission_confirm": "a/1"}, reason),
        ({}, reason),
        ("$hidden due to Ansible no_log flag$", reason),
    ):
        subject, content = job_notification(template, {**job, "artifacts": artifacts}, URL)
        assert subject.startswith(f"Decommission: plan #7 {status}") and "\n" not in subject
        assert URL in shown_text(content)
        assert shown_text(content).endswith(f"\n\n{expected}")


@pytest.mark.parametrize("template", [notification(), teams()], ids=["chat", "teams"])
def test_notification_of_approval_links_workflow(template: dict[str, Any]) -> None:
    url = "https://awx.example.com/#/jobs/workflow/6"
    texts = []
    for event in ("running", "approved", "timed_out", "denied"):
        subject, content = approval_notification(template, event, "Approve the plan", url)
        assert url in subject and "\n" not in subject
        texts.append(shown_text(content))
    assert texts[0].startswith(f"Approve the plan: {url}\n\n")
    assert texts[1:] == [f"Approve the plan: {state}: {url}" for state in ("approved", "timed out", "denied")]


def test_import_file_without_notifications_is_complete() -> None:
    text = (AWX / "workflow.yml").read_text(encoding="utf-8")
    without = re.sub(r"^notification_templates:\n( .*\n|\n)+| *notification_templates_\w+: .*\n", "", text, flags=re.M)
    assets = yaml.safe_load(without)
    assert set(assets) == set(yaml.safe_load(text)) - {"notification_templates"}
    assert all(asset["related"] for asset in [*assets["job_templates"], *assets["workflow_job_templates"]])
    assert "notification_templates" not in str(assets)


def test_notification_holds_no_secret_and_reaches_nobody() -> None:
    configuration = notification()["notification_configuration"]
    assert set(configuration) == {"url", "http_method", "headers"} and not configuration["headers"]
    host = urlsplit(configuration["url"]).hostname
    assert host and host.endswith(".invalid")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"organization": None}, "organization.*is required"),
        ({"notification_type": "pigeon"}, "not a valid choice"),
        ({"notification_configuration": {"url": "https://a.invalid"}}, "Missing required fields .*headers"),
        ({"notification_configuration": {"url": 1, "headers": {}}}, "'url' incorrect type"),
        ({"notification_configuration": {"url": "", "headers": {}, "http_method": "GET"}}, "'POST' or 'PUT'"),
        ({"messages": {"ended": {"message": "a"}}}, "Event 'ended' invalid"),
        ({"messages": {"success": {"text": "a"}}}, "Message type 'text' invalid"),
        ({"messages": {"success": {"message": "a\nb"}}}, "cannot contain newlines"),
        ({"messages": {"success": {"message": "{{ job.extra_vars }}"}}}, "no attribute 'extra_vars'"),
        ({"messages": {"error": {"body": "{{ job.artifacts.decommission_summary }}"}}}, "no attribute 'decomm"),
        ({"messages": {"error": {"body": "{{ job.artifacts.update({}) }}"}}}, "Unable to render"),
        ({"messages": {"workflow_approval": {"running": {"body": "{{ workflow }}"}}}}, "'workflow' is undefined"),
        ({"messages": {"success": {"body": "{{"}}}, "Unable to render"),
    ],
)
def test_controller_stub_with_invalid_notification_refuses(changed: dict[str, Any], message: str) -> None:
    with ControllerStub() as controller:
        organization = controller.add("organizations", {"name": "Default"}).id
        values = {name: value for name, value in notification().items() if name != "natural_key"}
        held = controller.add("notification_templates", {**values, "organization": organization})
        invalid = {**held.values, "name": "another", **changed}
        with pytest.raises(Refused, match=message):
            controller.add("notification_templates", invalid)
        with pytest.raises(Refused, match=message):
            controller.response_to("PUT", f"/api/v2/notification_templates/{held.id}/", invalid)
