# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a plan and its document."""

from __future__ import annotations

import hashlib
import json
import random

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import (
    digest_of,
    document_head,
    document_text,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.records import DIGEST_FIELDS
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.plan_factory import (
    HOLDERS,
    IDENTITY,
    READY,
    Record,
    document_of,
    instance,
    record,
    run_of,
    task,
)

RECORDS = [record("a"), record("b", "dms_task", instance_id="i1"), record("c", "cce_job")]
# Written out, as the form is a contract.
CANONICAL = (
    '[{"id":"a","instance_id":null,"kind":"gaussdb_job","project_id":"P","region":"eu-de","status":"Failed"},'
    '{"id":"b","instance_id":"i1","kind":"dms_task","project_id":"P","region":"eu-de","status":"FAILED"},'
    '{"id":"c","instance_id":null,"kind":"cce_job","project_id":"P","region":"eu-de","status":"Failed"}]'
).replace('"P"', f'"{IDENTITY["project_id"]}"')


def test_digest_is_sha256_of_canonical_json() -> None:
    assert digest_of(RECORDS) == hashlib.sha256(CANONICAL.encode()).hexdigest()


# The status of an instance is not part of the digest.
NOT_INSTANCES = (st.none() | st.text()).filter(lambda kind: kind not in READY)


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({**dict.fromkeys(DIGEST_FIELDS, st.none() | st.text()), "kind": NOT_INSTANCES}),
        max_size=5,
    )
)
def test_digest_of_any_texts_is_sha256_of_canonical_json(records: list[Record]) -> None:
    items = sorted(json.dumps(item, sort_keys=True, separators=(",", ":")) for item in records)
    assert digest_of(records) == hashlib.sha256(f"[{','.join(items)}]".encode()).hexdigest()


def test_digest_order_changed_is_equal() -> None:
    assert digest_of(random.Random(1).sample(RECORDS, 3)) == digest_of(RECORDS)


@pytest.mark.parametrize("field", ["kind", "region", "project_id", "instance_id", "id", "status"])
def test_digest_field_changed_differs(field: str) -> None:
    assert digest_of([{**RECORDS[0], field: "other"}]) != digest_of(RECORDS[:1])


@pytest.mark.parametrize("field", ["service", "name", "created_at", "updated_at", "deletable"])
def test_digest_other_field_changed_is_equal(field: str) -> None:
    assert digest_of([{**RECORDS[0], field: "other"}]) == digest_of(RECORDS[:1])


def test_document_text_is_json_with_line_for_each_record() -> None:
    document = document_of(run_of(RECORDS))
    text = document_text(document)
    assert json.loads(text) == document
    assert len(text.splitlines()) == len(document_text({**document, "records": []}).splitlines()) + len(RECORDS) - 1
    assert document_text({"digest": "d", "records": [{"id": "a"}, {"id": "b"}]}) == (
        '{\n  "digest": "d",\n  "records": [\n{"id": "a"},\n{"id": "b"}\n  ]\n}\n'
    )


def test_document_head_is_document_without_records() -> None:
    document = document_of(run_of(RECORDS))
    lines = iter(document_text(document).splitlines(keepends=True))
    head = document_head(lines)
    assert head == {key: value for key, value in document.items() if key != "records"}
    assert len(list(lines)) == len(RECORDS) + 2


@pytest.mark.parametrize("text", ["", "[]", "[\n", "plain text", '"a"', "{"])
def test_document_head_of_other_value_is_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        document_head(text.splitlines(keepends=True))


def test_digest_of_instances_is_written_out() -> None:
    canonical = (
        '[{"id":"i1","instance_id":null,"kind":"dms_instance","project_id":"P","region":"eu-de","status":null},'
        '{"id":"t2","instance_id":"i2","kind":"dms_task","project_id":"P","region":"eu-de","status":"FAILED"}]'
    ).replace('"P"', f'"{IDENTITY["project_id"]}"')
    records = [instance("i1"), task("t1", "i1"), task("t2", "i2")]
    assert digest_of(records) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize("kind", READY)
def test_digest_status_of_instance_changed_is_equal_and_other_fields_differ(kind: str) -> None:
    one = instance("i1", kind)
    assert digest_of([{**one, "status": "other"}]) == digest_of([one])
    assert digest_of([{**one, "id": "i2"}]) != digest_of([one]) != digest_of([])


@pytest.mark.parametrize("kind", HOLDERS)
def test_digest_leaves_out_only_records_under_planned_instance(kind: str) -> None:
    one, under = instance("i1", kind), task("t1", "i1", HOLDERS[kind])
    assert digest_of([under, one]) == digest_of([one])
    assert digest_of([under]) != digest_of([])
    assert digest_of([one, {**under, "instance_id": "i2"}]) != digest_of([one])
    assert digest_of([{**one, "kind": "cce_cluster"}, under]) != digest_of([{**one, "kind": "cce_cluster"}])


def test_document_holds_records_under_instance_and_real_status() -> None:
    records = [instance(status="RESTARTING"), task("t1", status="EXECUTING", deletable=False), record("a")]
    run = run_of(records, kinds="all")
    document = document_of(run)
    assert [(item["id"], item["status"]) for item in document["records"]] == [
        ("i1", "RESTARTING"),
        ("t1", "EXECUTING"),
        ("a", "Failed"),
    ]
    assert document["digest"] == run["digest"] == digest_of([records[0], records[2]])
    assert {"engine", "tags", "facts"}.isdisjoint(document["records"][0])
