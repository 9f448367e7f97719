# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers that faults give in place of the right ones."""

from __future__ import annotations

import base64
import json
from typing import Any

from .call import Call
from .faults import Fault
from .replies import ERROR_BODIES, JSON, Reply, empty, gateway_error

THROTTLED = "The throttling threshold has been reached"
NATIVE_SIGNALS = {
    "dms": (404, "DMS.10240407", "Too many requests, flow control is in force"),
    "drs": (400, "DRS.M01503", "The operation is too frequent, try again later"),
    "cce": (429, "CCE.02429001", "Too many requests"),
    "iam": (429, "IAM.0012", "Too many requests"),
}


def replacement(call: Call, fault: Fault) -> Reply:
    """The answer of a fault that does not look at the right one."""
    settings = fault.settings
    if fault.kind == "rate_limit":
        return _throttled(call, settings)
    if fault.kind == "redirect":
        reply = empty(settings["status"])
        reply.headers["Location"] = settings["location"]
        return reply
    if fault.kind == "echo":
        seen = "; ".join(f"{name}: {value}" for name, value in call.headers.items())
        text = f"{call.method} {call.path}?{call.query_string} {seen} {call.body.decode('utf-8', 'replace')}"
        return _error(call, settings["status"], "APIGW.0201", f"Internal error while handling {text}")
    return _status(call, settings)


def broken_page(call: Call, fault: Fault, reply: Reply) -> Reply:
    """A list page with the damage that the fault asks for; anything that is no list page stays as it is."""
    mode = fault.settings["mode"]
    try:
        document = json.loads(reply.body)
    except ValueError:
        return reply
    key = _list_key(document)
    if reply.status >= 400 or key is None:
        return reply
    if mode == "invalid_json":
        return Reply(reply.status, b"<html><body>Bad gateway</body></html>", JSON, reply.headers)
    if mode == "truncated":
        return Reply(reply.status, reply.body[: len(reply.body) // 2], JSON, reply.headers)
    if mode == "repeat_previous":
        return Reply(reply.status, fault.previous.get(call.path, reply.body), JSON, reply.headers)
    return Reply(reply.status, json.dumps(_damaged(document, key, mode)).encode(), JSON, reply.headers)


def _damaged(document: Any, key: str, mode: str) -> Any:
    rows = document if isinstance(document, list) else document[key]
    if isinstance(document, list):
        if mode == "duplicate_items":
            return rows + rows
        return {"wrong_type": "not a list", "empty": []}.get(mode, {})
    if mode == "missing_list":
        return {name: value for name, value in document.items() if name != key}
    if mode == "wrong_total":
        return {name: value if name == key else _off(value) for name, value in document.items()}
    put = {"wrong_type": "not a list", "empty": [], "duplicate_items": rows + rows}[mode]
    return {**document, key: put}


def _off(total: Any) -> Any:
    if isinstance(total, bool) or total is None:
        return total
    if isinstance(total, int):
        return total + 7
    return str(int(total) + 7) if isinstance(total, str) and total.isdigit() else total


def _list_key(document: Any) -> str | None:
    if isinstance(document, list):
        return ""
    if isinstance(document, dict):
        return next((name for name, value in document.items() if isinstance(value, list)), None)
    return None


def _throttled(call: Call, settings: dict[str, Any]) -> Reply:
    default = (429, "APIGW.0308", THROTTLED)
    status, code, text = NATIVE_SIGNALS.get(call.service, default) if settings["signal"] == "native" else default
    if settings["hint"]:
        text = f"{text}: policy user over ratelimit,limit:{settings['rate']:g},time:1 second"
    reply = _error(call, status, code, text)
    if settings["retry_after"] is not None:
        reply.headers["Retry-After"] = str(settings["retry_after"])
    return reply


def _status(call: Call, settings: dict[str, Any]) -> Reply:
    status = int(settings["status"])
    if settings["body"] is None:
        message = settings["error_msg"] or "The service cannot answer at present"
        reply = _error(call, status, settings["error_code"] or "APIGW.0201", message)
    else:
        reply = Reply(status, _bytes(settings["body"]), JSON)
    if settings["content_type"]:
        reply.content_type = settings["content_type"]
    reply.headers.update(settings["headers"])
    return reply


def _error(call: Call, status: int, code: str, message: str) -> Reply:
    if code.startswith("APIGW."):
        return gateway_error(status, code, message, call.request_id)
    return ERROR_BODIES[call.service](status, code, message)


def _bytes(body: Any) -> bytes:
    """Raw body of a fault: bytes, text, ``{base64: …}``, ``{text: …, repeat: n}`` or any document to send as JSON."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, dict) and set(body) == {"base64"}:
        return base64.b64decode(body["base64"])
    if isinstance(body, dict) and set(body) == {"text", "repeat"}:
        return bytes(body["text"].encode() * int(body["repeat"]))
    return json.dumps(body).encode()
