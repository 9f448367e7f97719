# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletes of instances that are refused, of which the response is lost or unclear, and lists that fail meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import JSONResponse

from emulator import CloudEmulator
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import INSTANCE_KINDS, InstanceCase

LISTS = "/(instances|clusters)$"
# Long enough for what is waited for to happen, and for what is not to be noticed.
LATER = 30.0
# Codes that are documented as those of an instance that does not exist, by kind.
GONE = {
    "gaussdb_instance": tuple(f"DBS.{code}" for code in (200002, 200045, 200602, 201028, 280022, 290005, 290011)),
    "dms_instance": ("DMS.00404022",),
    "dcs_instance": ("DCS.3022", "111404022"),
    "cce_cluster": ("CCE.01404001", "CCE.02404001", "CCE.03404001"),
}
# 404s that say something else.
NOT_GONE = {
    "gaussdb_instance": ("DBS.200408", "DBS.290013", "DBS.200355", "APIGW.0101"),
    "dms_instance": ("DMS.00404001", "DMS.10240406", "APIGW.0101"),
    "dcs_instance": ("DCS.4001", "111404001", "APIGW.0101"),
    "cce_cluster": ("APIGW.0101",),
}
# Of a code of DCS, such as DCS.4017 or 111400017.
DCS_BUSY = (
    *("017", "026", "049", "096", "097", "099", "111", "113", "114"),
    *("115", "116", "117", "118", "120", "121", "231", "918", "975"),
)
BUSY = {
    "gaussdb_instance": (
        *((409, f"DBS.{code}") for code in (200011, 200019, 200047, 201014, 201015, 201202, 212006, 216011, 280011)),
        *((409, "DBS.05000084"), (400, "DBS.06020003")),
    ),
    "dms_instance": ((400, "DMS.00400026"), (400, "DMS.00400017"), (400, "DMS.00400099"), (400, "CBC.99003651")),
    "dcs_instance": (
        *((400, f"DCS.4{code}") for code in DCS_BUSY),
        *((400, f"111400{code}") for code in DCS_BUSY),
        (400, "CBC.99003651"),
    ),
    "cce_cluster": ((429, "CCE.01429002"),),
}
# Responses that are successes, but none that is documented.
ODD: list[Any] = [b"<html>OK</html>", b"null", {"error_code": "X.1", "error_msg": "no"}]
each_kind = pytest.mark.parametrize("case", INSTANCE_KINDS, ids=str)


def each_code(codes: dict[str, Any]) -> Any:
    given = [(case, code) for case in INSTANCE_KINDS for code in codes[case.kind]]
    return pytest.mark.parametrize(("case", "code"), given, ids=str)


def delete(call: Caller, case: InstanceCase, *ids: str, **options: Any) -> Any:
    """Delete instances, by default the first one."""
    return call(case.module, **{"wait_timeout": LATER, **case.options(ids or ("i-1",)), **options})


def on_delete(call: Caller, case: InstanceCase, kind: str = "status", **settings: Any) -> None:
    call.cloud.faults.add(kind, service=case.service, method="DELETE", **settings)


def on_list(call: Caller, case: InstanceCase, kind: str = "status", lists: int = 1, **settings: Any) -> None:
    """Add a fault to the lists after the first ``lists``."""
    after = lists * len(case.lists)
    call.cloud.faults.add(kind, service=case.service, method="GET", path=LISTS, after=after, **settings)


def statuses(cloud: CloudEmulator) -> list[int | None]:
    """The statuses of the responses to the deletes."""
    return [entry["status"] for entry in cloud.writes()]


def codes(result: Any) -> list[tuple[str, str | None]]:
    return [(one["id"], one["error_code"]) for one in result["failures"]]


@each_code(BUSY)
def test_delete_busy_is_repeated_until_accepted(call: Caller, case: InstanceCase, code: tuple[int, str]) -> None:
    call.cloud.load(case.scenario({}))
    on_delete(call, case, status=code[0], error_code=code[1], times=2)
    result = delete(call, case)
    assert result["deleted"] == ["i-1"] and not result.failed
    assert statuses(call.cloud) == [code[0], code[0], case.success]
    assert result["summary"]["throttled"] == 0


@each_kind
def test_delete_busy_for_too_long_times_out_with_reason(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}, {}))
    status, code = case.busy
    on_delete(call, case, status=status, error_code=code, error_msg="Not now.", contains="i-1")
    result = delete(call, case, "i-1", "i-2", wait_timeout=0.2, stall_timeout=0.1)
    assert result["deleted"] == ["i-2"] and codes(result) == [("i-1", "WaitTimeout")]
    assert result["failures"][0]["error_msg"] == (
        f"still listed after wait_timeout=0.2 seconds, its status is {case.status}; "
        f"the last delete failed: {case.service}: Not now. ({status} {code})"
    )
    assert result["summary"]["throttled"] == 0 and len(call.cloud.writes()) >= 3


@each_kind
def test_delete_busy_without_wait_fails(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}))
    on_delete(call, case, status=case.busy[0], error_code=case.busy[1])
    result = delete(call, case, wait=False)
    assert codes(result) == [("i-1", case.busy[1])] and result["deleting"] == []
    assert len(call.cloud.writes()) == 1


@each_kind
@pytest.mark.parametrize(("fault", "code", "deletes"), [("status", "Prepaid", 1), ("drop_before", "WaitTimeout", 6)])
def test_delete_of_instance_that_turns_prepaid_is_not_repeated(
    call: Caller, case: InstanceCase, fault: str, code: str, deletes: int
) -> None:
    call.cloud.load(case.scenario({}))
    project = call.cloud.loaded.state.project(f"{case.region}_retired")

    def turn(response: Any) -> Any:
        for instance in project.records[case.kind]:
            instance.details["prepaid"] = True
        return response

    # After the last request of the first listing.
    last = {"after": len(case.lists) - 1, "times": 1}
    call.cloud.faults.add("transform", service=case.service, method="GET", path=LISTS, function=turn, **last)
    refusal = {"status": case.busy[0], "error_code": case.busy[1]} if fault == "status" else {}
    on_delete(call, case, fault, **refusal)
    assert codes(delete(call, case, wait_timeout=0.2)) == [("i-1", code)]
    assert len(call.cloud.writes()) == deletes


@each_kind
@pytest.mark.parametrize("wait", [True, False])
def test_delete_refused_fails_at_once(call: Caller, case: InstanceCase, wait: bool) -> None:
    call.cloud.load(case.scenario({}))
    status, code = case.refused
    on_delete(call, case, status=status, error_code=code)
    assert codes(delete(call, case, wait=wait)) == [("i-1", code)]
    assert statuses(call.cloud) == [status]


@each_code(GONE)
@pytest.mark.parametrize("wait", [True, False])
def test_delete_gone_code_is_absent_without_listing(call: Caller, case: InstanceCase, code: str, wait: bool) -> None:
    call.cloud.load(case.scenario({}))
    on_delete(call, case, status=404, error_code=code)
    result = delete(call, case, wait=wait, concurrency=1)
    assert result["absent"] == ["i-1"] and not result["changed"]
    assert of_service(call.cloud, case.service)[-1]["method"] == "DELETE"


@each_code(NOT_GONE)
@pytest.mark.parametrize("wait", [True, False])
def test_delete_404_about_something_else_fails(call: Caller, case: InstanceCase, code: str, wait: bool) -> None:
    call.cloud.load(case.scenario({}))
    on_delete(call, case, status=404, error_code=code)
    assert codes(delete(call, case, wait=wait, concurrency=1)) == [("i-1", code)]
    # Nothing has to be listed again.
    assert of_service(call.cloud, case.service)[-1] == call.cloud.writes()[0]
    assert len(call.cloud.writes()) == 1


@each_kind
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (404, b"<html>Not Found</html>"), (404, {"error_code": "X.1", "error_msg": "?"}), (410, b"")],
    ids=repr,
)
def test_delete_unclear_404_is_decided_by_list(
    call: Caller, case: InstanceCase, wait: bool, status: int, body: Any
) -> None:
    call.cloud.load(case.scenario({}, {}, seconds=0.0))
    on_delete(call, case, status=status, body=body, contains="i-1")
    on_delete(call, case, status=status, body=body, contains="i-2", commit=True)
    result = delete(call, case, "i-1", "i-2", wait=wait)
    assert result["absent"] == ["i-2"] and not result["changed"]
    assert [(one["id"], one["http_status"]) for one in result["failures"]] == [("i-1", status)]
    assert len(call.cloud.writes()) == 2


@each_kind
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("kind", "settings"),
    [("drop_after", {}), ("drop_before", {}), ("status", {"status": 502, "commit": True}), ("status", {"status": 502})],
    ids=repr,
)
def test_delete_response_lost_goes_on(
    call: Caller, case: InstanceCase, kind: str, settings: dict[str, Any], wait: bool
) -> None:
    done = kind == "drop_after" or "commit" in settings
    call.cloud.load(case.scenario({}, seconds=0.1 if wait else LATER))
    on_delete(call, case, kind, times=1, **settings)
    result = delete(call, case, wait=wait)
    if wait:
        assert result["deleted"] == ["i-1"] and not result.failed
        assert left(call.cloud, case.kind) == []
    elif done and case.service == "dcs":
        # Nothing tells whether it is being deleted, or busy with something else.
        assert codes(result) == [("i-1", "DCS.4017")]
    else:
        assert result["deleting"] == ["i-1"] and result["changed"] and not result.failed


@each_kind
@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("wait", [True, False])
def test_delete_server_error_forever_fails_after_six_tries(
    call: Caller, case: InstanceCase, status: int, wait: bool
) -> None:
    call.cloud.load(case.scenario({}, {}))
    on_delete(call, case, status=status, error_code="X.0500", error_msg="Sorry.", contains="i-1")
    result = delete(call, case, "i-1", "i-2", wait=wait)
    assert result["deleted" if wait else "deleting"] == ["i-2"] and codes(result) == [("i-1", "X.0500")]
    assert result["failures"][0]["error_msg"] == "Sorry."
    assert sorted(filter(None, statuses(call.cloud))) == [case.success] + [status] * 6


@each_kind
def test_delete_server_error_although_carried_out_is_decided_by_list(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({"delete_seconds": 0.0}, {}, seconds=0.3 if case.shows_deletion else LATER))
    on_delete(call, case, status=500, error_code="X.0500", commit=True)
    result = delete(call, case, "i-1", "i-2")
    if case.shows_deletion:
        assert result["deleted"] == ["i-1", "i-2"] and not result.failed
    else:
        assert result["deleted"] == ["i-1"] and codes(result) == [("i-2", "X.0500")]


@each_kind
def test_delete_server_error_then_passing_status_is_decided_later(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}, seconds=LATER))
    instance = f"{case.region}_retired", case.kind, "i-1"

    def fail(_response: Any) -> Any:
        call.cloud.set_status(*instance, case.passing)
        return JSONResponse({"error_code": "X.0500", "error_msg": "Sorry."}, 500)

    def remove(response: Any) -> Any:
        call.cloud.remove_record(*instance)
        return response

    on_delete(call, case, "transform", function=fail)
    # The list after the delete still shows the instance.
    on_list(call, case, "transform", lists=2, times=1, function=remove)
    result = delete(call, case)
    assert result["deleted"] == ["i-1"] and not result.failed
    assert statuses(call.cloud) == [500] * 6


@each_kind
def test_delete_response_lost_then_refused_fails_with_refusal(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}))
    status, code = case.refused
    on_delete(call, case, status=502, times=1)
    on_delete(call, case, status=status, error_code=code)
    assert codes(delete(call, case)) == [("i-1", code)]
    assert statuses(call.cloud) == [502, status]


@each_kind
@pytest.mark.parametrize("body", ODD, ids=repr)
@pytest.mark.parametrize("commit", [False, True], ids=["undone", "done"])
@pytest.mark.parametrize("wait", [True, False])
def test_delete_success_not_as_documented_is_never_claimed(
    call: Caller, case: InstanceCase, body: Any, commit: bool, wait: bool
) -> None:
    call.cloud.load(case.scenario({}, seconds=0.05 if wait else LATER))
    on_delete(call, case, status=200, body=body, commit=commit)
    result = delete(call, case, wait=wait, **({} if commit else {"wait_timeout": 0.1}))
    reason = "X.1" if isinstance(body, dict) else "UnexpectedReply"
    if commit and wait:
        assert result["deleted"] == ["i-1"] and not result.failed
    elif commit and case.service != "dcs":
        assert result["deleting"] == ["i-1"] and not result.failed
    else:
        assert codes(result) == [("i-1", "WaitTimeout" if wait else reason)] and not result["changed"]
        assert reason in str(result["failures"])


@each_kind
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "page_broken", "mode": "truncated"}, "the response is not JSON"),
        ({"kind": "status", "status": 403, "error_code": "X.0403"}, "X.0403"),
        ({"kind": "drop_before"}, "NoReply"),
        ({"kind": "status", "status": 404, "error_code": "APIGW.0101"}, "APIGW.0101"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_list_failing_while_waiting_is_tolerated_until_timeout(
    call: Caller, case: InstanceCase, fault: dict[str, Any], reason: str
) -> None:
    call.cloud.load(case.scenario({}))
    on_list(call, case, times=2 * len(case.lists), **fault)
    assert delete(call, case)["deleted"] == ["i-1"]
    call.cloud.load(case.scenario({}))
    on_list(call, case, **fault)
    result = delete(call, case, wait_timeout=0.2)
    assert codes(result) == [("i-1", "WaitTimeout")] and result["changed"]
    message = result["failures"][0]["error_msg"]
    assert "; the service has accepted the delete" in message
    assert reason in message.partition("; the last list failed: ")[2]
    assert len(call.cloud.writes()) == 1


@each_kind
def test_list_failing_after_unclear_delete_without_wait_keeps_failure(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}))
    on_delete(call, case, status=200, body=b"null", commit=True)
    on_list(call, case, status=403, error_code="X.0403")
    result = delete(call, case, wait=False)
    assert codes(result) == [("i-1", "UnexpectedReply")] and not result["changed"]


@each_kind
def test_credentials_refused_while_waiting_end_waiting(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}, {}, seconds=LATER))
    on_list(call, case, status=401, error_code="APIGW.0301")
    result = delete(call, case, "i-1", "i-2")
    assert result["credentials_refused"] and result["changed"]
    assert codes(result) == [("i-1", "APIGW.0301"), ("i-2", "APIGW.0301")]
    assert result["summary"]["seconds"] < LATER / 2


@each_kind
def test_token_expired_while_waiting_is_renewed(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario({}, seconds=0.2))
    on_list(call, case, "expire_token", lists=2, times=1)
    assert delete(call, case)["deleted"] == ["i-1"]


def test_delete_throttled_is_sent_again_at_once(call: Caller) -> None:
    case = next(case for case in INSTANCE_KINDS if case.service == "cce")
    call.cloud.load(case.scenario({}))
    on_delete(call, case, status=429, error_code="CCE.02429001", times=1)
    result = delete(call, case)
    assert result["deleted"] == ["i-1"] and result["summary"]["throttled"] == 1


@each_kind
def test_delete_many_with_faults_loses_nothing(call: Caller, case: InstanceCase) -> None:
    call.cloud.load(case.scenario(*[{}] * 60))
    ids = [f"i-{number}" for number in range(1, 61)]
    for seed, (kind, settings) in enumerate(
        [
            ("drop_before", {"reset": True}),
            ("drop_after", {}),
            ("status", {"status": 502, "commit": True}),
            ("status", {"status": case.busy[0], "error_code": case.busy[1]}),
        ]
    ):
        on_delete(call, case, kind, probability=0.1, seed=seed, **settings)
        call.cloud.faults.add(kind, service=case.service, method="GET", probability=0.05, seed=seed, **settings)
    result = delete(call, case, *ids)
    assert result["deleted"] == ids and not result.failed
    assert left(call.cloud, case.kind) == []
