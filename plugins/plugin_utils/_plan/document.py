# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The plan as a document: what a plan file, a handed-over variable and the role's fact hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import takewhile
from typing import Any, NoReturn

from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .digest import digest_of
from .errors import PlanError
from .records import PLANNED, Record, key_of

SCHEMA_VERSION = 1

_FIELDS = frozenset(PLANNED)
_OPTIONAL = frozenset(("instance_id", "name", "status"))
_RECORDS = '  "records": ['


def build_document(records: Iterable[Record], *, head: Mapping[str, Any], counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a plan of these records; ``head`` says what is true of the whole run."""
    planned = [{key: record[key] for key in PLANNED} for record in records]
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        **{key: head[key] for key in ("project", "project_id", "region", "created_at")},
        "digest": digest_of(planned),
        "confirmation": head["confirmation"],
        "counts": counts,
        "records": planned,
    }


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document with records as JSON, one line for each record.

    It begins with a line break: Ansible up to 2.18 takes a text that begins with a brace for a dict and parses it.
    """
    encode = json.JSONEncoder(separators=(", ", ": ")).encode
    records = ",\n".join(map(encode, document["records"]))
    head = json.dumps({key: value for key, value in document.items() if key != "records"}, indent=2)
    return f"\n{head[:-2]},\n{_RECORDS}\n{records}\n  ]\n}}\n"


def document_head(lines: Iterable[str]) -> dict[str, Any]:
    """Return a document without its records out of the lines of `document_text`, of which no more are read.

    Raises ValueError for anything else.
    """
    head = json.loads("".join(takewhile(lambda line: line.rstrip("\n") != _RECORDS, lines)).rstrip(",\n") + "}")
    if not isinstance(head, dict) or not head:
        raise ValueError("this is no document")
    return head


def load_document(place: str, content: str) -> Mapping[str, Any]:
    """Return the document that a plan file's content holds."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise PlanError(f"{place}: is not a plan: {error}") from error
    if not isinstance(document, Mapping):
        raise PlanError(f"{place}: is not a plan: it holds no object")
    return document


def check_document(place: str, document: Mapping[str, Any], **owner: str) -> None:
    """Refuse what is not a whole plan of this collection's major version and, as `check_owner`, of this owner."""
    reject = partial(_reject, place)
    if document.get("schema_version") != SCHEMA_VERSION or document.get("collection") != COLLECTION:
        reject(f"it is not a plan of {COLLECTION} in schema version {SCHEMA_VERSION}")
    made_by, ours = str(document.get("collection_version")), COLLECTION_VERSION
    if made_by.split(".", maxsplit=1)[0] != ours.split(".", maxsplit=1)[0]:
        reject(f"it was made by version {made_by} of the collection, this is {ours}")
    check_owner(place, document, **owner)
    records = document.get("records")
    if not isinstance(records, list) or not all(map(_is_planned, records)):
        reject("its records are not those of a plan")
    home = document.get("project_id"), document.get("region")
    for record in records:
        if (record["project_id"], record["region"]) != home:
            reject(f"record {record['id']!r} is of another project or region")
    if len({key_of(record) for record in records}) != len(records):
        reject("a record stands there twice")
    if digest_of(records) != document.get("digest"):
        reject("its digest is not that of its records: it was changed after it was made")


def check_owner(place: str, document: Mapping[str, Any], **owner: str) -> None:
    """Refuse a plan of another ``project``, ``project_id`` or ``region``; an empty one is not yet known."""
    for key, wanted in owner.items():
        if wanted and document.get(key) != wanted:
            _reject(place, f"it is of {key} {document.get(key)!r}, this is {wanted!r}")


def _reject(place: str, why: str) -> NoReturn:
    raise PlanError(f"{place}: is refused: {why}")


def _is_planned(record: Any) -> bool:
    if not isinstance(record, Mapping) or record.keys() != _FIELDS:
        return False
    return all(isinstance(value, str) or (value is None and key in _OPTIONAL) for key, value in record.items())
