# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Values from anywhere as text that is safe and legible: nothing in it is invisible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

# Control characters, what changes the direction of text, what has no width, surrogates without their other half.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_LONGEST = 300
_LONGEST_TAG = 80


def shown(value: Any, longest: int = _LONGEST) -> str:
    """Return a value as text for a reader, empty for None.

    White space is one blank, any other invisible character is its escape sequence, and a text longer than ``longest``
    characters is cut.
    """
    if value is None:
        return ""
    text = " ".join(str(value).split())
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(escape_sequence, text)


def exact(text: str) -> str:
    """Return a text that is to be copied: nothing is left out, and only invisible characters are escape sequences."""
    return _INVISIBLE.sub(escape_sequence, text)


def time_of(text: str) -> str:
    """Return a time of a report for a reader."""
    return _read(text).strftime("%Y-%m-%d %H:%M:%S UTC")


def seconds_between(start: str, end: str) -> int:
    """Return the seconds between two times of a report."""
    return round((_read(end) - _read(start)).total_seconds())


def duration_of(seconds: float) -> str:
    """Return a duration for a reader."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def age_of(seconds: int) -> str:
    """Return an age for a reader, as the page's script does; what comes from the future has none yet."""
    if seconds < 3600:
        return f"{max(0, seconds) // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400:,} d"


def tags_of(tags: Mapping[str, str] | None, most: int | None = None) -> list[str]:
    """Return the first tags for a reader, and how many there are besides."""
    texts = [shown(f"{key}={value}" if value else key, _LONGEST_TAG) for key, value in (tags or {}).items()]
    left = len(texts) - most if most else 0
    return [*texts[:most], f"and {left} more"] if left > 0 else texts


def escape_sequence(found: re.Match[str]) -> str:
    """Return the escape sequence of a character that was found."""
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z"))
