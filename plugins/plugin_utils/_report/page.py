# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Renders pages that need nothing but themselves: style, script and data stand in them, and they may load nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from .view import view_of

_HERE = Path(__file__).parent
# In this order, as each may use what stands before.
_SCRIPTS = ("copy.js", "print.js", "records.js", "spreadsheet.js", "report.js")
# Anything but letters, digits and what cannot end a string or an element.
_UNSAFE_IN_STYLE = re.compile(r"[^\w .:/-]")


def render_report(report: Mapping[str, Any], previous: Mapping[str, Any] | None = None) -> str:
    """Return the page of a run's report; the page holds no character that UTF-8 cannot hold.

    ``previous`` is the report of the project's last plan.
    """
    view = view_of(report, previous)
    printed = print_style(view["project"], view["digest"])
    return render("report.html.j2", view, script=_SCRIPTS, style=("page.css", "report.css"), more_style=printed)


def render(
    template: str,
    view: Mapping[str, Any],
    *,
    script: Sequence[str] = (),
    style: Sequence[str] = ("page.css",),
    more_style: str = "",
) -> str:
    """Return the page that a template beside this file makes of a view.

    ``view["data"]``, if there is any, stands in the page as JSON. ``script`` and ``style`` are the names of files
    beside this one, which are joined.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style_text = "".join(map(_read, style)) + more_style
    script_text = "".join(map(_read, script))
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


def print_style(*texts: str) -> str:
    """Return the style of the margins of printed pages: these texts above, the number of each page below."""
    head = " ".join(filter(None, texts))
    return (
        "@page {\n"
        f'  @top-left {{ content: "{_UNSAFE_IN_STYLE.sub(_style_escape, head)}"; }}\n'
        '  @bottom-right { content: "page " counter(page) " of " counter(pages); }\n'
        "}\n"
    )


def _style_escape(found: re.Match[str]) -> str:
    return f"\\{ord(found[0]):x} "


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a content security policy calls a text that may stand in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
