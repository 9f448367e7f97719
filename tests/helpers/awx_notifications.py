# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notification templates of AWX: which of them the API refuses, and what is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

JOB_EVENTS = ("started", "success", "error")
APPROVAL_EVENTS = ("running", "approved", "timed_out", "denied")
# The most useful of the fields of a job that a message can refer to.
JOB_FIELDS = ("id", "name", "url", "limit", "status", "started", "finished", "elapsed", "job_explanation")
APPROVAL_FIELDS = ("approval_status", "approval_node_name", "workflow_url", "job_metadata")
EXAMPLE = {
    "job": {**dict.fromkeys(JOB_FIELDS, ""), "artifacts": {}, "host_status_counts": {}, "summary_fields": {}},
    **dict.fromkeys(("job_friendly_name", "url", *APPROVAL_FIELDS), ""),
}
# Type -> the required fields of its configuration; a password may be empty.
CONFIGURATIONS: dict[str, dict[str, type]] = {
    "webhook": {"url": str, "headers": dict},
    "email": {
        "host": str,
        "port": int,
        "username": str,
        "password": str,
        "use_tls": bool,
        "use_ssl": bool,
        "sender": str,
        "recipients": list,
    },
    "slack": {"token": str, "channels": list},
    "mattermost": {"mattermost_url": str, "mattermost_no_verify_ssl": bool},
}


class _Undefined(StrictUndefined):
    """Refuses to be shown, too."""

    __repr__ = __str__ = StrictUndefined._fail_with_undefined_error


def notification_errors(values: Mapping[str, Any]) -> list[str]:
    """Return what the API has against a notification template."""
    return [*_configuration_errors(values), *_messages_errors(values.get("messages"))]


def _configuration_errors(values: Mapping[str, Any]) -> Iterator[str]:
    fields = CONFIGURATIONS.get(values["notification_type"])
    if fields is None:
        yield f"{values['notification_type']!r} is not a valid choice."
        return
    given = values.get("notification_configuration", {})
    for name, expected in fields.items():
        if name not in given:
            yield f"Missing required fields for Notification Configuration: {name}."
        elif given[name].__class__ is not expected:
            yield f"Configuration field '{name}' incorrect type, expected {expected.__name__}."
        elif given[name] == []:
            yield f"No values specified for field '{name}'"
    if given.get("http_method", "POST").lower() not in ("put", "post"):
        yield "HTTP method must be either 'POST' or 'PUT'."


def _messages_errors(messages: Mapping[str, Any] | None) -> Iterator[str]:
    events = dict(messages or {})
    approvals = events.pop("workflow_approval", None) or {}
    for known, found in ((JOB_EVENTS, events), (APPROVAL_EVENTS, approvals)):
        for event, texts in found.items():
            if event not in known:
                yield f"Event '{event}' invalid"
            for name, text in (texts or {}).items():
                yield from _text_errors(event, name, text)


def _text_errors(event: str, name: str, text: Any) -> Iterator[str]:
    if name not in ("message", "body"):
        yield f"Message type '{name}' invalid, must be either 'message' or 'body'"
    elif text is not None and not isinstance(text, str):
        yield f"Expected string for '{name}', found {type(text)}"
    elif text and name == "message" and "\n" in text:
        yield f"Messages cannot contain newlines (found newline in {event} event)"
    elif text:
        try:
            ImmutableSandboxedEnvironment(undefined=_Undefined).from_string(text).render(EXAMPLE)
        except TemplateError as error:
            yield f"Unable to render message '{text}': {error.message}"


def job_notification(template: Mapping[str, Any], job: Mapping[str, Any], url: str) -> tuple[str, Any]:
    """Return subject and content of what is sent when a job ends; ``job`` has ``status``."""
    event = "success" if job["status"] == "successful" else "error"
    environment = ImmutableSandboxedEnvironment(undefined=ChainableUndefined)
    context = {"job": {**dict.fromkeys(JOB_FIELDS, ""), **job}, "job_friendly_name": "Job", "url": url}
    return _sent(environment, template, template["messages"][event], context)


def approval_notification(template: Mapping[str, Any], status: str, node: str, url: str) -> tuple[str, Any]:
    """Return the same for an approval; nothing of the jobs before it is known."""
    context = {"approval_status": status, "approval_node_name": node, "workflow_url": url, "job_metadata": "{}"}
    messages = template["messages"]["workflow_approval"][status]
    return _sent(ImmutableSandboxedEnvironment(), template, messages, context)


def _sent(
    environment: ImmutableSandboxedEnvironment,
    template: Mapping[str, Any],
    messages: Mapping[str, str],
    context: Mapping[str, Any],
) -> tuple[str, Any]:
    subject, body = (environment.from_string(messages[name]).render(context) for name in ("message", "body"))
    # A webhook sends an empty object in place of what is no JSON.
    return subject, json.loads(body) if template["notification_type"] == "webhook" else body
