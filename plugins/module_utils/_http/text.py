# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Text that came from outside, made fit to be shown."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_SHORTEST_SECRET = 4


def printable(text: str, limit: int = 512) -> str:
    """Return ``text`` on one line, without control characters, at most ``limit`` characters long."""
    clean = _UNPRINTABLE.sub(" ", text[: 4 * limit]).strip()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


class Redactor:
    """Replaces every known secret in a text, however it came there."""

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()

    def add(self, *secrets: str | None) -> None:
        """Remember secrets; one shorter than four characters would garble every text and is left out."""
        known = {*self._secrets, *(secret for secret in secrets if secret and len(secret) >= _SHORTEST_SECRET)}
        self._secrets = tuple(sorted(known, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, "********")
        return text
