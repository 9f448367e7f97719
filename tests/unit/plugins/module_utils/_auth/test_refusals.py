# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals of single services: others go on if one of them has accepted the same credentials."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.authenticators import (
    TokenCredential,
    UngatedAuthenticator,
    UnlikelyAuthenticator,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.gate import Gate
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import AuthError

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small
from helpers.emulator_calls import Caller, of_service
from helpers.kind_cases import HUAWEI

NO_PASSWORD: dict[str, Any] = dict.fromkeys(("username", "password", "domain_name"))
KEY: dict[str, Any] = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **NO_PASSWORD}
RECORDS = ("drs_job", "gaussdb_job", "dms_task", "dcs_task", "cce_job")
# A record that can be deleted of each kind.
TARGETS = [
    {"kind": "drs_job", "id": "a-drs-1"},
    {"kind": "gaussdb_job", "id": "a-gauss-1"},
    {"kind": "dms_task", "id": "a-dms-1", "instance_id": "a-kafka-1"},
    {"kind": "dcs_task", "id": "a-dcs-1"},
    {"kind": "cce_job", "id": "a-cce-1"},
]


def refuse(cloud: CloudEmulator, *services: str) -> None:
    for service in services:
        cloud.faults.add("status", service=service, status=401, error_code="APIGW.0301", error_msg="Wrong.")


def credentials(call: Caller, kind: str) -> dict[str, Any]:
    """Options of a login; with the ID of the project, no service accepts them before the records' services do."""
    by_id = {"project_id": call.project_id, "project_name": None}
    if kind == "token":
        token = call("identity_info", issue_token=True)["token"]
        call.cloud.clear_log()
        return {"token": token, **by_id, **NO_PASSWORD}
    return {"password": {}, "key": KEY, "key and project id": {**KEY, **by_id}}[kind]


def refusals(cloud: CloudEmulator) -> list[str]:
    return [entry["service"] for entry in cloud.log if entry["status"] == 401]


each_kind = pytest.mark.parametrize("kind", ["password", "token", "key", "key and project id"])


@each_kind
@pytest.mark.parametrize("service", ["drs", "gaussdb", "dms", "dcs", "cce"])
def test_listing_refused_by_one_service_others_go_on(call: Caller, kind: str, service: str) -> None:
    options = credentials(call, kind)
    refuse(call.cloud, service)
    listings = call("environment_info", kinds=list(RECORDS), **options)["listings"]
    failed = {name: one for name, one in listings.items() if one["state"] != "complete"}
    (one,) = failed.values()
    assert next(iter(failed)).startswith(service)
    assert (one["http_status"], one["error_code"]) == (401, "APIGW.0301")
    assert "other services accept the same credentials" in one["error_msg"]
    # A token of a login of its own is renewed once where another service has accepted it.
    assert refusals(call.cloud) in ([service], [service] * (2 if kind == "password" else 1))


@each_kind
def test_delete_refused_by_one_service_others_go_on(call: Caller, kind: str) -> None:
    options = credentials(call, kind)
    refuse(call.cloud, "dms")
    result = call("environment", records=TARGETS, **options)
    assert {one["kind"] for one in result["deleted"]} == {*RECORDS} - {"dms_task"}
    (failure,) = result["failures"]
    assert (failure["kind"], failure["http_status"]) == ("dms_task", 401)
    assert result["credentials_refused"] is False


@pytest.mark.parametrize("kind", ["token", "key", "key and project id"])
def test_delete_refused_by_three_services_ends_run(call: Caller, kind: str) -> None:
    options = credentials(call, kind)
    refuse(call.cloud, "gaussdb", "dms", "dcs", "cce")
    result = call("environment", records=TARGETS, **options)
    assert result["credentials_refused"] is True
    assert [one["kind"] for one in result["deleted"]] == ["drs_job"]
    assert {one["http_status"] for one in result["failures"]} == {401}
    assert 3 <= len(refusals(call.cloud)) <= 4


@pytest.mark.parametrize("kind", ["token", "password", "key and project id"])
@pytest.mark.parametrize("module", ["environment", "environment_info"])
def test_refused_by_all_services_costs_two_requests(call: Caller, kind: str, module: str) -> None:
    options = credentials(call, kind)
    refuse(call.cloud, "gaussdb", "dms", "dcs", "cce", "drs")
    if kind.startswith("key"):
        call.cloud.faults.add("status", service="iam", status=401, error_code="APIGW.0301")
    own = {"records": TARGETS} if module == "environment" else {"kinds": list(RECORDS)}
    result = call(module, **own, **options)
    assert result.failed and len(refusals(call.cloud)) == 2
    assert result.get("credentials_refused", True) is True


@pytest.mark.parametrize("case", ["drs_job", "gaussdb_job"])
def test_access_key_on_otc_refusal_is_explained(call: Caller, case: str) -> None:
    refuse(call.cloud, case.split("_", maxsplit=1)[0])
    ids = {"drs_job": "a-drs-1", "gaussdb_job": "a-gauss-1"}
    (failure,) = call(case, job_ids=[ids[case]], **KEY)["failures"]
    assert "T Cloud Public documents this service for tokens only" in failure["error_msg"]
    assert "(iam)" in failure["error_msg"]


def test_access_key_on_huawei_or_token_refusal_has_no_such_advice(cloud: CloudEmulator, call: Caller) -> None:
    refuse(cloud, "gaussdb")
    assert "tokens only" not in call("gaussdb_job", job_ids=["a-gauss-1"])["msg"]
    cloud.load(small(region=HUAWEI))
    refuse(cloud, "gaussdb")
    assert "tokens only" not in call("gaussdb_job", job_ids=["a-gauss-1"], **KEY)["msg"]


@pytest.mark.parametrize("module", ["environment", "environment_info"])
def test_access_key_on_otc_refused_as_documented_others_go_on(call: Caller, module: str) -> None:
    """Although the first two services that are asked may be the two that refuse every key."""
    options = credentials(call, "key and project id")
    refuse(call.cloud, "drs", "gaussdb")
    own = {"records": TARGETS} if module == "environment" else {"kinds": list(RECORDS)}
    result = call(module, **own, **options)
    if module == "environment":
        assert {one["kind"] for one in result["deleted"]} == {"dms_task", "dcs_task", "cce_job"}
    else:
        states = {name: one["state"] for name, one in result["listings"].items()}
        assert states == {**dict.fromkeys(RECORDS, "complete"), "drs_job": "failed", "gaussdb_job": "failed"}
    assert sorted(refusals(call.cloud)) == ["drs", "gaussdb"]
    assert len(of_service(call.cloud, "iam")) <= 1


def test_access_key_on_otc_refused_by_first_two_services_others_go_on(call: Caller) -> None:
    options = credentials(call, "key and project id")
    refuse(call.cloud, "drs", "gaussdb")
    # Each is deleted in a phase of its own, in this order.
    records = [TARGETS[0], {"kind": "gaussdb_instance", "id": "a-gaussdb-1"}, TARGETS[4]]
    result = call("environment", records=records, **options)
    assert [one["kind"] for one in result["deleted"]] == ["cce_job"] and result["credentials_refused"] is False
    assert [entry["service"] for entry in call.cloud.log][:3] == ["drs", "iam", "gaussdb"]
    assert refusals(call.cloud) == ["drs", "gaussdb"]


def test_access_key_on_otc_refused_and_iam_fails_others_are_asked(call: Caller) -> None:
    options = credentials(call, "key and project id")
    refuse(call.cloud, "drs")
    call.cloud.faults.add("status", service="iam", status=500)
    records = [TARGETS[0], {"kind": "gaussdb_instance", "id": "a-gaussdb-1"}]
    result = call("environment", records=records, **options)
    assert [one["kind"] for one in result["deleted"]] == ["gaussdb_instance"]
    assert [one["kind"] for one in result["failures"]] == ["drs_job"] and result["credentials_refused"] is False


def test_single_service_refusal_ends_run(call: Caller) -> None:
    options = credentials(call, "key and project id")
    refuse(call.cloud, "gaussdb")
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], **options)
    assert result["credentials_refused"] is True and len(call.cloud.log) == 1


class Asker:
    """Sends requests through a gate from threads of its own, as long as they are let through."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.entered: list[str] = []
        self.failed: list[str] = []

    def ask(self, *services: str) -> None:
        for service in services:
            threading.Thread(target=self._enter, args=(service,), daemon=True).start()
            time.sleep(0.02)

    def _enter(self, service: str) -> None:
        try:
            self.gate.enter(service)
            self.entered.append(service)
        except AuthError:
            self.failed.append(service)

    def refuse(self, service: str) -> AuthError:
        error = self.gate.refuse(service, AuthError("No."), "")
        self.gate.leave(service, first=True, accepted=False)
        time.sleep(0.02)
        return error

    def accept(self, service: str) -> None:
        self.gate.leave(service, first=True, accepted=True)
        time.sleep(0.02)


@pytest.fixture
def asker() -> Asker:
    return Asker(Gate())


def test_gate_first_request_of_all_goes_alone(asker: Asker) -> None:
    asker.ask("drs", "cce", "dms")
    assert asker.entered == ["drs"]
    asker.accept("drs")
    assert sorted(asker.entered) == ["cce", "dms", "drs"]


def test_gate_first_request_of_service_goes_alone(asker: Asker) -> None:
    asker.ask("drs", "cce", "cce")
    asker.accept("drs")
    assert asker.entered == ["drs", "cce"]
    asker.accept("cce")
    assert asker.entered == ["drs", "cce", "cce"] and asker.gate.enter("cce") is False


def test_gate_after_refusal_one_other_service_is_asked(asker: Asker) -> None:
    asker.ask("drs", "cce", "dms")
    asker.refuse("drs")
    assert len(asker.entered) == 2 and asker.gate.refused
    asker.refuse(asker.entered[1])
    assert len(asker.entered) == 2 and len(asker.failed) == 1 and asker.gate.closed


def test_gate_accepted_by_other_refusal_ends_service_only(asker: Asker) -> None:
    asker.ask("drs", "cce")
    error = asker.refuse("drs")
    asker.accept("cce")
    assert not asker.gate.refused
    assert error.error_msg == "No.; other services accept the same credentials (cce)"
    with pytest.raises(AuthError) as refusal:
        asker.gate.enter("drs")
    assert refusal.value is error


def test_gate_third_refusal_closes(asker: Asker) -> None:
    asker.gate.vouch("iam")
    for service in ("drs", "cce", "dms"):
        assert asker.gate.closed is None
        asker.ask(service)
        asker.refuse(service)
    assert asker.gate.closed and asker.gate.refused


def test_gate_never_more_than_five_may_be_refused(asker: Asker) -> None:
    asker.gate.vouch("iam")
    services = ("drs", "cce", "dms", "dcs", "gaussdb", "rds", "taurusdb")
    asker.ask(*services)
    assert asker.entered == list(services[:5])
    asker.refuse("drs")
    assert asker.entered == list(services[:5])
    asker.accept("cce")
    assert len(asker.entered) == 6


def test_gate_service_that_had_accepted_refuses(asker: Asker) -> None:
    """As where credentials expire: what it accepted before says nothing any more."""
    asker.ask("drs")
    asker.accept("drs")
    asker.refuse("drs")
    assert asker.gate.refused and asker.gate.closed is None
    asker.ask("cce")
    asker.refuse("cce")
    assert asker.gate.closed


def test_gate_renewed_credentials_are_asked_about_anew(asker: Asker) -> None:
    asker.ask("drs")
    asker.accept("drs")
    asker.gate.renew()
    asker.ask("drs", "drs")
    assert asker.entered == ["drs", "drs"]


def unlikely_after_refusal(credential: TokenCredential, vouch: Callable[[], object]) -> UnlikelyAuthenticator:
    """A service that may well refuse the credential, after another one has."""
    first = credential.gate.enter("drs")
    credential.gate.refuse("drs", AuthError("No."), "")
    credential.gate.leave("drs", first, accepted=False)
    return UnlikelyAuthenticator(credential, "cce", "", vouch)


def test_unlikely_service_after_refusal_accepted_by_iam_is_asked() -> None:
    credential = TokenCredential("a token")
    assert unlikely_after_refusal(credential, lambda: None).enter()
    assert credential.gate.closed is None and not credential.gate.refused


def test_unlikely_service_after_refusal_refused_by_iam_closes() -> None:
    credential = TokenCredential("a token")
    refusal = AuthError("Wrong.", service="iam")
    iam = UngatedAuthenticator(credential, "iam")
    with pytest.raises(AuthError) as raised:
        unlikely_after_refusal(credential, lambda: iam.refused({}, refusal)).enter()
    assert raised.value is refusal and credential.gate.closed is refusal
