# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The digest: what a confirmation confirms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from .records import DIGESTED, Record

SHORT = 8

_KEYS = sorted(DIGESTED)
_ITEM = "{" + ",".join(f'"{key}":%s' for key in _KEYS) + "}"
_encode = json.JSONEncoder().encode


def digest_of(records: Iterable[Record]) -> str:
    """Return the SHA-256, in hex, of the planned records' canonical JSON, whatever their order.

    Canonical is a list of objects with the six keys of DIGESTED in alphabetical order, the list sorted by its items'
    own JSON text, without spaces, in ASCII.
    """
    items = sorted(_item(record) for record in records)
    return hashlib.sha256(f"[{','.join(items)}]".encode()).hexdigest()


def _item(record: Record) -> str:
    # The encoder takes a text by itself several times as fast as a dict of texts.
    values = [record[key] for key in _KEYS]
    return _ITEM % tuple(["null" if value is None else _encode(value) for value in values])


def confirmation_of(project: str, digest: str) -> str:
    """Return what has to be typed to have exactly the plan of this digest applied."""
    return f"{project}/{digest[:SHORT]}"


EMPTY_DIGEST = digest_of(())
