# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Renders pages that need nothing but themselves: style, script and data stand in them, and they may load nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from .view import view_of

_HERE = Path(__file__).parent


def render_report(report: Mapping[str, Any]) -> str:
    """Return the page of a run's report; the page holds no character that UTF-8 cannot hold."""
    return render("report.html.j2", view_of(report), script="report.js")


def render(template: str, view: Mapping[str, Any], script: str = "") -> str:
    """Return the page that a template beside this file makes of a view.

    ``view["data"]``, if there is any, stands in the page as JSON. ``script`` is the name of a file beside this one.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style_text = _read("page.css")
    script_text = _read(script) if script else ""
    return environment.get_template(template).render(
        {
            **view,
            "data": script_data(view.get("data")),
            "style": style_text,
            "style_hash": _hash(style_text),
            "script": script_text,
            "script_hash": _hash(script_text),
        }
    )


def script_data(value: Any) -> Markup:
    """Return a value as JSON that may stand between ``<script type="application/json">`` and ``</script>``."""
    return htmlsafe_json_dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a content security policy calls a text that may stand in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
