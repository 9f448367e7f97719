# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Makes text from anywhere fit to be shown: nothing in it is evaluated, and nothing in it is invisible."""

from __future__ import annotations

import re
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

# Control characters, what changes the direction of text, what has no width, surrogates without their other half.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_LONGEST = 300


def shown(value: Any, longest: int = _LONGEST) -> str:
    """Return a value as text for a reader, empty for None.

    White space is one blank, any other character that cannot be seen stands there as its escape sequence, and a text
    longer than ``longest`` characters is cut.
    """
    if value is None:
        return ""
    text = " ".join(str(value).split())
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(_escape, text)


def script_data(value: Any) -> Markup:
    """Return a value as JSON that may stand between ``<script type="application/json">`` and ``</script>``."""
    return htmlsafe_json_dumps(value, ensure_ascii=False, separators=(",", ":"))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
