# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Text from outside: made printable, without secrets, and compared with what is known."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote

# Control characters, invisible ones, those that change the direction of text, and surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]+"
)
# With one, the request can be repeated for a quarter of an hour.
_SIGNATURE = re.compile(r"(?<=Signature=)\w+")
_SHORTEST_SECRET = 4
_HIDDEN = "********"
_CLOSE = 0.6


def printable(text: str, limit: int = 512) -> str:
    """Return ``text`` on one line, without control characters, at most ``limit`` characters long."""
    clean = _UNPRINTABLE.sub(" ", text[: 4 * limit]).strip()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def suggest(name: str, known: Iterable[str], prefix: str = "") -> str:
    """Return a sentence with the known name that is nearest to a wrong one; ``prefix`` is put before it."""
    candidates = list(known)
    if not candidates:
        return "There is none."
    (nearest,) = difflib.get_close_matches(name, candidates, n=1, cutoff=0)
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=_CLOSE)
    return f"Did you mean {prefix}{nearest}?" if close else f"The nearest is {prefix}{nearest}."


def unknown_name(name: Any, what: str, known: Iterable[str]) -> str:
    """Return a sentence that says that ``name`` is not ``what``, such as "a kind", and which name is the nearest."""
    return f"{printable(repr(name))} is not {what}. {suggest(str(name), known)}"


def mistake_in(value: Any, noun: str = "", choices: Collection[str] = ()) -> str | None:
    """Return what is wrong with a value that must be a text and, where there are ``choices``, one of these.

    ``noun`` is what a choice is called, such as "kind".
    """
    if not isinstance(value, str) or not value.strip():
        return f"must be a string that is not empty (a number must be quoted), not {printable(repr(value))}"
    if choices and value not in choices:
        return unknown_name(value, f"a {noun}", choices)
    return None


class Redactor:
    """Replaces every known secret in a text."""

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()

    def add(self, *secrets: str | None) -> None:
        """Remember secrets; those shorter than four characters are left out, as they would garble every text."""
        known = {secret for secret in secrets if secret and len(secret) >= _SHORTEST_SECRET}
        spelt = {spelling for secret in known for spelling in _spellings(secret)}
        self._secrets = tuple(sorted({*self._secrets, *spelt}, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, _HIDDEN)
        return _SIGNATURE.sub(_HIDDEN, text)


def _spellings(secret: str) -> tuple[str, ...]:
    """Return ``secret`` as encoded in JSON, HTML, URLs and Python, as services may repeat a request's body."""
    in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return (secret, *in_json, html.escape(secret), quote(secret, safe=""), repr(secret)[1:-1])
