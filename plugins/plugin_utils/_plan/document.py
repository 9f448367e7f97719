# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""A plan as a document, in a file or a variable, and the digest by which it is confirmed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any, NoReturn

from ...module_utils._errors import OptionError
from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .records import DIGEST_FIELDS, PLAN_FIELDS, Record, is_instance, key_of, without_held

SCHEMA_VERSION = 1
DIGEST_SHOWN = 8

_OPTIONAL = frozenset(("instance_id", "name", "status"))
_RECORDS = '  "records": ['
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def digest_of(records: Iterable[Record]) -> str:
    """Return the SHA-256, in hex, of the planned records' canonical JSON, whatever their order.

    Canonical is a list of objects with the fields of DIGEST_FIELDS in alphabetical order, the list sorted by its
    items' own JSON text, without spaces, in ASCII. What goes with a planned instance is left out, and the status of an
    instance is null, as both change by themselves.
    """
    items = sorted(_canonical(_digested(record)) for record in without_held(records))
    return hashlib.sha256(f"[{','.join(items)}]".encode()).hexdigest()


def _digested(record: Record) -> dict[str, Any]:
    fields = {field: record[field] for field in DIGEST_FIELDS}
    return {**fields, "status": None} if is_instance(record["kind"]) else fields


def confirmation_of(project: str, digest: str) -> str:
    """Return the value of decommission_confirm that applies exactly the plan of this digest."""
    return f"{project}/{digest[:DIGEST_SHOWN]}"


EMPTY_DIGEST = digest_of(())


def build_document(records: Iterable[Record], **facts: Any) -> dict[str, Any]:
    """Return the document of a plan of these records; ``facts`` are those of the plan as a whole."""
    planned = [{field: record[field] for field in PLAN_FIELDS} for record in records]
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        **facts,
        "digest": digest_of(planned),
        "records": planned,
    }


def document_of_report(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of the plan that a report is about, with the digest that the report has."""
    home = {name: report[name] for name in ("project", "project_id", "region", "confirmation")}
    planned = [{**home, **record} for record in report["records"] if record["planned"]]
    return {**build_document(planned, created_at=report["started_at"], **home), "digest": report["digest"]}


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document with records as JSON, one line for each record."""
    encode = json.JSONEncoder(separators=(", ", ": ")).encode
    records = ",\n".join(map(encode, document["records"]))
    head = json.dumps({key: value for key, value in document.items() if key != "records"}, indent=2)
    return f"{head[:-2]},\n{_RECORDS}\n{records}\n  ]\n}}\n"


def document_head(lines: Iterable[str]) -> dict[str, Any]:
    """Return a document without its records from the lines of `document_text`, of which no more are read.

    Raises ValueError for anything else.
    """
    head = json.loads("".join(takewhile(lambda line: line.rstrip("\n") != _RECORDS, lines)).rstrip(",\n") + "}")
    if not isinstance(head, dict) or not head:
        raise ValueError("not a document of this collection")
    return head


def load_document(place: str, content: bytes) -> Mapping[str, Any]:
    """Return the document that a plan file's content holds."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise OptionError(f"{place}: is not a plan: {error}") from error
    if not isinstance(document, Mapping):
        raise OptionError(f"{place}: is not a plan: must be a JSON object")
    return document


def check_document(place: str, document: Mapping[str, Any], **owner: str) -> None:
    """Reject all but a whole plan of this collection's major version and, as `check_owner`, of this owner."""
    if document.get("schema_version") != SCHEMA_VERSION or document.get("collection") != COLLECTION:
        _reject(place, f"not a plan of {COLLECTION} in schema version {SCHEMA_VERSION}")
    made_by = str(document.get("collection_version"))
    if made_by.split(".", maxsplit=1)[0] != COLLECTION_VERSION.split(".", maxsplit=1)[0]:
        _reject(place, f"made by version {made_by} of the collection, not by {COLLECTION_VERSION}")
    check_owner(place, document, **owner)
    records = document.get("records")
    if not isinstance(records, list) or not all(map(_is_plan_record, records)):
        _reject(place, "its records are not those of a plan")
    home = document.get("project_id"), document.get("region")
    for record in records:
        if (record["project_id"], record["region"]) != home:
            _reject(place, f"record {record['id']!r} is of another project or region")
    if len({key_of(record) for record in records}) != len(records):
        _reject(place, "a record is listed more than once")
    if digest_of(records) != document.get("digest"):
        _reject(place, "digest mismatch: the plan was modified after it was created; plan again")


def check_owner(place: str, document: Mapping[str, Any], **owner: str) -> None:
    """Reject a plan of another ``project``, ``project_id`` or ``region``; an empty one is not yet known."""
    for key, wanted in owner.items():
        if wanted and document.get(key) != wanted:
            _reject(place, f"its {key} is {document.get(key)!r}, not {wanted!r}")


def _reject(place: str, reason: str) -> NoReturn:
    raise OptionError(f"{place}: is rejected: {reason}")


def _is_plan_record(record: Any) -> bool:
    if not isinstance(record, Mapping) or record.keys() != {*PLAN_FIELDS}:
        return False
    return all(isinstance(value, str) or (value is None and key in _OPTIONAL) for key, value in record.items())
