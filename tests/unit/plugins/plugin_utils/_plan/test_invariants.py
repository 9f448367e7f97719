# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds whatever is listed, selected, approved and reported.

A cloud in memory is planned for, drifts, and answers the deletes with random faults.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import created_at
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import OUTCOMES
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.records import key_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.plan_factory import (
    HOLDERS,
    PASSING,
    PROJECT,
    READY,
    UNATTENDED,
    Record,
    document_of,
    listing,
    reasons,
    reconciled,
    record,
    run_of,
    state_of,
    task,
)
from helpers.plan_strategies import (
    RULE_KEYS,
    a_record,
    answers,
    drifted,
    holder_of,
    instances_in,
    protected,
    record_lists,
    rules,
    sent_by,
    valid,
    variables,
)

# The machine may be busy.
patient = settings(deadline=None)


@patient
@given(then=record_lists, wanted=variables, intersect=st.booleans(), data=st.data())
def test_deleted_records_are_approved_live_and_not_protected(
    then: list[Record], wanted: dict[str, Any], intersect: bool, data: st.DataObject
) -> None:
    planned = run_of(then, **wanted)
    approved = document_of(planned)
    now = data.draw(drifted(then))
    protect = data.draw(st.one_of(st.just([]), rules))
    variables = {**wanted, "protect": protect, "on_drift": "intersect" if intersect else "fail"}
    run = run_of(now, confirm=planned["confirmation"], planned=approved, **variables)
    end = reconciled(run, data.draw(answers(run)))

    named, instances = {key_of(item) for item in approved["records"]}, instances_in(approved["records"])
    then_status = {key_of(item): item["status"] for item in then}
    deleted = {item.key for item, result in zip(end.state.records, end.results) if result.outcome == "deleted"}
    sent = {key_of(item) for item in sent_by(run)}
    for item in (item for item in now if key_of(item) in deleted | sent):
        assert key_of(item) in named or (holder_of(item) in instances and key_of(item) not in sent)
        assert not protected(item, protect)
        if item["kind"] in READY:
            assert item["deletable"]
            assert not any(protected(one, protect) for one in now if holder_of(one) == (item["kind"], item["id"]))
        elif holder_of(item) not in instances or key_of(item) in sent:
            assert item["status"] == then_status[key_of(item)]
    assert deleted | sent <= {key_of(item) for item in now}
    assert len(sent_by(run)) == len(sent) == sum(batch["records"] for batch in run["batches"])
    if not intersect and run["batches"]:
        direct = {key_of(item) for item in approved["records"] if holder_of(item) not in instances}
        assert sent >= direct & {key_of(item) for item in now}
        assert instances_in(sent_by(run)) == instances & instances_in(now)


@patient
@given(then=record_lists, wanted=variables, intersect=st.booleans(), data=st.data())
def test_unattended_run_deletes_no_instance(
    then: list[Record], wanted: dict[str, Any], intersect: bool, data: st.DataObject
) -> None:
    approved = data.draw(st.sampled_from([{}, document_of(run_of(then, **wanted))]))
    given = data.draw(st.sampled_from([{"confirm": UNATTENDED}, {"confirmations": {PROJECT: UNATTENDED}}]))
    variables = {**wanted, **given, "on_drift": "intersect" if intersect else "fail"}
    now = data.draw(st.one_of(st.just(then), drifted(then)))
    run = run_of(now, planned=approved, check_mode=data.draw(st.booleans()), **variables)
    assert not instances_in(sent_by(run))
    planned = instances_in(state_of(run).planned())
    assert sum("no instance is deleted unattended" in problem for problem in run["problems"]) == bool(planned)


@patient
@given(records=record_lists, wanted=variables, data=st.data())
def test_digest_is_of_instances_whatever_is_under_them(
    records: list[Record], wanted: dict[str, Any], data: st.DataObject
) -> None:
    run = run_of(records, **wanted)
    planned = instances_in(state_of(run).planned())
    holders = [holder for holder in planned if holder[0] in HOLDERS]
    others = [item for item in records if holder_of(item) not in planned]
    ready = [
        {**item, "status": data.draw(st.sampled_from([READY, PASSING]))[item["kind"]]}
        if (item["kind"], item["id"]) in planned
        else item
        for item in others
    ]
    under = st.sampled_from(holders).flatmap(
        lambda holder: a_record().map(lambda one: task(one["id"], holder[1], HOLDERS[holder[0]], status=one["status"]))
    )
    held = data.draw(st.lists(under, max_size=5, unique_by=key_of)) if holders else []
    # A protected record would keep its instance.
    assume("protected" not in reasons(held, **wanted).values())
    again = run_of([*held, *ready], **wanted)
    assert again["digest"] == run["digest"] == digest_of(document_of(again)["records"])
    assert {key_of(item) for item in held} <= {key_of(item) for item in document_of(again)["records"]}
    if planned:
        applied = run_of([*held, *ready], confirm=run["confirmation"], planned=document_of(run), **wanted)
        assert (applied["mode"], applied["problems"]) == ("apply", [])


@patient
@given(records=record_lists, wanted=variables, confirmed=st.booleans(), data=st.data())
def test_outcomes_add_up(records: list[Record], wanted: dict[str, Any], confirmed: bool, data: st.DataObject) -> None:
    confirmation = run_of(records, **wanted)["confirmation"] if confirmed else ""
    run = run_of(records, confirm=confirmation, **wanted)
    results = data.draw(answers(run))
    after = data.draw(st.one_of(st.none(), record_lists.map(listing), st.just({"msg": "no network"})))
    end = reconciled(run, results, after)
    assert sum(end.outcomes().values()) == len(end.results) == len(records)
    assert {result.outcome for result in end.results} <= {*OUTCOMES}
    for kind, counts in end.kinds().items():
        assert sum(counts.values()) == sum(item["kind"] == kind for item in records)
    assert confirmation or end.outcomes()["kept"] == len(records)

    outcomes = {item.key: result.outcome for item, result in zip(end.state.records, end.results)}
    listed = {key_of(item) for item in (after or {}).get("records", ())}
    failing = {(item["kind"], item["id"]) for result in results for item in result.get("deleting", ())}
    for item in end.state.records:
        assert item.key not in listed or outcomes[item.key] not in ("deleted", "absent")
        if item.with_instance and item.holder and item.key not in listed:
            assert outcomes[item.key] == outcomes[item.holder[0], None, item.holder[1]]
        assert (item.kind, item.id) not in failing or outcomes[item.key] == "failed"


@patient
@given(records=record_lists, wanted=variables)
def test_plan_columns_add_up(records: list[Record], wanted: dict[str, Any]) -> None:
    run = run_of(records, **wanted)
    stopped = {key_of(item) for item in run["stops"]}
    assert stopped <= {key_of(item) for item in document_of(run)["records"]}
    running = {key_of(item) for item in records if item["kind"] == "drs_job" and not item["deletable"]}
    assert stopped <= (running if wanted.get("stop_drs") else set())

    head = next(index for index, line in enumerate(run["lines"]) if line.startswith("kind "))
    end = next(index for index, line in enumerate(run["lines"]) if line.startswith("all "))
    rows = run["lines"][head + 1 : end + 1]
    table = {title: [*map(int, cells)] for title, *cells in map(str.split, rows) if title in (*KINDS, "all")}
    columns = re.split(r"  +", run["lines"][head])[1:]
    held = 0
    # A long table leaves out kinds without any record.
    kinds = run["counts"]["kinds"]
    assert table.keys() == {name for name in kinds if len(kinds) <= 10 or kinds[name]["discovered"]} | {"all"}
    counts = {**run["counts"]["kinds"], "all": run["counts"]}
    for title, count in ((title, counts[title]) for title in table):
        row = dict(zip(columns, table[title], strict=True))
        assert row.pop("discovered") == sum(row.values()) == count["planned"] + count["kept"] == count["discovered"]
        assert row.get("to stop and delete", 0) == count["stops"]
        held = row.get("with instance", 0)
        assert row["to delete"] == count["planned"] - count["stops"] - held
    assert held == run["counts"]["with_instance"]
    assert run["counts"]["instances"] == len(instances_in(document_of(run)["records"]))
    assert run["counts"]["stops"] == len(stopped)


@patient
@given(records=record_lists, wanted=variables, data=st.data())
def test_batches_hold_all_instances_where_they_fit(
    records: list[Record], wanted: dict[str, Any], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, 6))
    run = run_of(records, check_mode=True, **{**wanted, "batch_size": size})
    batches = [json.loads(batch) for batch in run["records"]]
    assert all(0 < len(batch) <= size for batch in batches)
    holding = [batch for batch in batches if instances_in(batch)]
    count = run["counts"]["instances"]
    assert len(holding) == min(1, count) or count > size
    planned = {item.key for item in state_of(run).records if item.planned and not item.with_instance}
    assert {key_of(item) for item in sent_by(run)} == planned
    order = [item["kind"] for batch in batches for item in batch]
    assert not any(
        KINDS[early].comes_after(KINDS[late])
        for number, batch in enumerate(batches)
        for early in {item["kind"] for item in batch}
        for late in {item["kind"] for later in batches[number + 1 :] for item in later}
    ), order


@patient
@given(records=record_lists, wanted=variables, data=st.data())
def test_protected_records_are_never_planned(
    records: list[Record], wanted: dict[str, Any], data: st.DataObject
) -> None:
    protect = data.draw(rules)
    run = run_of(records, **{**wanted, "protect": protect})
    planned = {key_of(item) for item in document_of(run)["records"]}
    assert not planned & {key_of(item) for item in records if protected(item, protect)}
    instances = instances_in(document_of(run)["records"])
    assert not instances & {holder_of(item) for item in records if protected(item, protect)}
    assert not instances & {(item["kind"], item["id"]) for item in records if item.get("prepaid")}
    assert not instances & {(item["kind"], item["id"]) for item in records if item.get("protected")}


@patient
@given(records=record_lists, keep_last=st.integers(0, 4))
def test_newest_of_each_kind_and_instance_are_kept(records: list[Record], keep_last: int) -> None:
    run = run_of(records, keep_last=keep_last, kinds="all")
    planned = {key_of(item) for item in document_of(run)["records"]}
    instances = instances_in(document_of(run)["records"])
    assert instances == instances_in(item for item in records if item["deletable"])
    groups = {(item["kind"], item["instance_id"]) for item in records if holder_of(item) not in instances}
    for group in groups - {(kind, None) for kind in READY}:
        members = [item for item in records if (item["kind"], item["instance_id"]) == group]
        going = [item for item in members if key_of(item) in planned]
        staying = [item for item in members if key_of(item) not in planned]
        assert len(staying) >= min(keep_last, len(members))
        for item in going:
            newer = [one for one in staying if (created_at(one) or "9") >= (created_at(item) or "9")]
            assert len(newer) >= keep_last


@patient
@given(records=record_lists, wanted=variables, data=st.data())
def test_plan_of_shuffled_records_is_equal(records: list[Record], wanted: dict[str, Any], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(records))
    assert digest_of(shuffled) == digest_of(records)
    one, other = run_of(records, **wanted), run_of(shuffled, **wanted)
    assert one["digest"] == other["digest"]
    assert one["counts"] == other["counts"]


@patient
@given(records=record_lists, wanted=variables)
def test_unconfirmed_and_refused_plans_have_no_batches(records: list[Record], wanted: dict[str, Any]) -> None:
    assert run_of(records, **wanted)["batches"] == []
    stale = f"{PROJECT}/{digest_of([*records, record('one-more')])[:8]}"
    run = run_of(records, confirm=stale, **wanted)
    assert run["batches"] == []


@patient
@given(
    good=rules,
    bad=st.one_of(
        st.just({}),
        st.dictionaries(
            st.text(min_size=1).filter(lambda key: key not in RULE_KEYS), st.text(), min_size=1, max_size=2
        ),
        st.dictionaries(
            st.sampled_from(["kind", "service", "status", "older_than", "newer_than"]),
            st.text(max_size=6),
            min_size=1,
            max_size=2,
        ).filter(lambda rule: not valid(rule)),
        st.dictionaries(
            st.sampled_from(RULE_KEYS),
            st.one_of(st.none(), st.booleans(), st.integers(), st.lists(st.text(), max_size=2), st.just(" ")),
            min_size=1,
            max_size=2,
        ),
        st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text(), max_size=1)),
    ),
    variable=st.sampled_from(["select", "protect"]),
    position=st.integers(0, 3),
)
def test_corrupted_rule_error_has_position(good: list[dict[str, str]], bad: Any, variable: str, position: int) -> None:
    corrupted = [*good[:position], bad, *good[position:]]
    place = f"decommission_{variable}[{min(position, len(good))}]"
    with pytest.raises(OptionError, match=f"^{re.escape(place)}"):
        run_of([record("a")], confirm=UNATTENDED, **{variable: corrupted})
