# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own clients work with the cloud emulator, and ask for the same things in the same way as the modules.

The job records of CCE, other than those of Autopilot, are missing here: its API v2, which lists and deletes them, has
no operation in the vendor's client, which can only show the jobs of v3. The tests of the cloud emulator compare the
request of the modules with the CCE API reference.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import cloud_of
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region

from emulator import ACCESS_KEY, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, small
from emulator.services import KINDS as MOCKS
from helpers.module_calls import run_module

from .clients import Dcs, gaussdb
from .vendor import CONTRACTS, INSTANCES, Contract

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:huaweicloudsdk.*")

# What differs between any two HTTP clients, or from one second to the next, and says nothing about the API.
OF_THE_CLIENT = frozenset(
    {"user-agent", "accept", "accept-encoding", "connection", "content-length", "authorization", "x-sdk-date"}
)


@pytest.fixture(params=CONTRACTS, ids=lambda contract: contract.name)
def contract(request: pytest.FixtureRequest) -> Contract:
    chosen: Contract = request.param
    return chosen


@pytest.fixture
def cloud(contract: Contract) -> Iterator[CloudEmulator]:
    with CloudEmulator(contract.scenario()) as running:
        yield running


@pytest.fixture
def api(cloud: CloudEmulator, contract: Contract) -> Any:
    return contract.client(cloud)


def ours(cloud: CloudEmulator, contract: Contract, record_id: str, **more: Any) -> dict[str, Any]:
    """Let the delete module go at one record with the same access key."""
    check_mode = more.pop("check_mode", False)
    options = {
        "region": contract.region,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "project_id": contract.project_id(cloud),
        "endpoints": cloud.endpoints,
        **contract.options(record_id),
        **more,
    }
    return run_module(contract.module, options, check=check_mode)


def held(cloud: CloudEmulator, contract: Contract) -> dict[str, str]:
    return {record["id"]: record["status"] for record in cloud.records(contract.project, contract.module)}


def requests_of(cloud: CloudEmulator, service: str) -> list[dict[str, Any]]:
    """Everything that the service was asked, each request once: what, with which parameters, headers and body."""
    asked = []
    for entry in cloud.log:
        if entry["service"] == service:
            request = {key: entry[key] for key in ("method", "path", "query", "body")}
            request["headers"] = {
                name: value for name, value in entry["headers"].items() if name not in OF_THE_CLIENT | {"host"}
            }
            request["signed"] = signed_headers(entry) - OF_THE_CLIENT
            if request not in asked:
                asked.append(request)
    return asked


def signed_headers(entry: dict[str, Any]) -> set[str]:
    assert entry["status"] != 401
    algorithm, _unused, parts = entry["headers"]["authorization"].partition(" ")
    assert algorithm == "SDK-HMAC-SHA256"
    signed = dict(part.split("=", 1) for part in parts.split(", "))["SignedHeaders"].split(";")
    assert signed == sorted(signed)
    assert "x-sdk-date" in signed
    return set(signed)


def wait_until_gone(api: Any, record_id: str) -> None:
    """Poll the list until an instance, which is there at first, is not in it any more."""
    assert record_id in api.list()
    deadline = time.monotonic() + 10
    while record_id in api.list():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def without_content_type(request: dict[str, Any]) -> dict[str, Any]:
    """The request without a header that the vendor's client puts on everything and the modules on what has a body."""
    headers = {name: value for name, value in request["headers"].items() if name != "content-type"}
    return {**request, "headers": headers, "signed": request["signed"] - {"content-type"}}


def test_vendor_client_lists_all_records(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    assert api.list() == held(cloud, contract)


def test_vendor_client_shows_record(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    if isinstance(api, Dcs):
        assert api.list_by_instance() == held(cloud, contract)
        return
    if getattr(api, "show", None):
        record = api.show(contract.refused, contract.instance_id)
        assert record == (contract.refused, held(cloud, contract)[contract.refused])


def test_vendor_client_deletes_record(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    before = held(cloud, contract)
    answer = api.delete(contract.deletable, contract.instance_id)
    if contract.kind.is_instance:
        wait_until_gone(api, contract.deletable)
    after = held(cloud, contract)
    assert set(before) - set(after) == {contract.deletable}
    assert answer.status_code == contract.success
    if contract.api_version == "v3":
        assert [(result.id, result.status) for result in answer.results] == [(contract.deletable, "success")]


def test_vendor_client_unknown_record_reported_as_gone(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    """And what it reads there is what the modules take for gone, or, where no code is documented, a 404."""
    gone = contract.kind.gone_codes
    if contract.api_version == "v3":
        (result,) = api.delete("a-unknown", contract.instance_id).results
        assert (result.status, result.error_code in gone) == ("failed", True)
    elif contract.absent_status:
        assert api.delete("a-unknown", contract.instance_id).status_code == contract.absent_status
    else:
        with pytest.raises(ClientRequestException) as refusal:
            api.delete("a-unknown", contract.instance_id)
        assert refusal.value.error_code in gone or refusal.value.status_code == 404
        assert refusal.value.error_msg
    assert ours(cloud, contract, "a-unknown")["absent"] == ["a-unknown"]


def test_vendor_client_wrong_state_refused_with_code(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    if contract.api_version == "v3":
        (result,) = api.delete(contract.refused, contract.instance_id).results
        code = result.error_code
    else:
        with pytest.raises(ClientRequestException) as refusal:
            api.delete(contract.refused, contract.instance_id)
        code = refusal.value.error_code
    assert code
    assert code not in contract.kind.gone_codes
    failures = ours(cloud, contract, contract.refused)["failures"]
    assert [failure["id"] for failure in failures] == [contract.refused]
    assert failures[0]["error_code"] == ("NotDeletable" if contract.looks_up_first else code)


REASONS = [
    (contract, reason) for contract in INSTANCES for reason in MOCKS[contract.module].refusals if reason != "missing"
]


@pytest.mark.parametrize(("contract", "reason"), REASONS, ids=lambda one: getattr(one, "name", one))
def test_vendor_client_reads_why_instance_is_kept(contract: Contract, reason: str) -> None:
    """And what it reads there is what the modules wait for, where the instance is only busy, and nowhere else."""
    given = {"busy": {"deleting": True}, "state": {"status": "Unheard-of"}}.get(reason, {reason: True})
    with CloudEmulator(contract.scenario({"id": "kept", **given}, instance_seconds=60)) as cloud:
        read = refused(contract.client(cloud), "kept")
        expected = MOCKS[contract.module].refusals[reason]
        # The vendor's client does not read the body of a 429.
        unread = expected.status == 429
        assert read[:2] == (expected.status, "429" if unread else expected.code)
        assert unread or read[2] == expected.message
    assert expected.code not in contract.kind.gone_codes
    lifecycle = contract.kind.lifecycle
    assert lifecycle is not None
    if reason != "state":
        assert (expected.code in lifecycle.busy_codes) == (reason == "busy")


@pytest.mark.parametrize("contract", INSTANCES, ids=lambda one: one.name)
def test_both_clients_read_same_refusal(contract: Contract) -> None:
    """Of an instance that the list does not show as prepaid, so that the module sends the delete."""
    hidden = {"id": "kept", "prepaid": True, "raw": shown_as_on_demand(contract)}
    with CloudEmulator(contract.scenario(hidden)) as cloud:
        theirs = refused(contract.client(cloud), "kept")
        (failure,) = ours(cloud, contract, "kept")["failures"]
        assert (failure["http_status"], failure["error_code"], failure["error_msg"]) == theirs
        assert len([entry for entry in cloud.writes() if entry["method"] == "DELETE"]) == 2


def refused(api: Any, record_id: str) -> tuple[int, str, str]:
    """Status, code and message with which the deletion of an instance is refused."""
    with pytest.raises(ClientRequestException) as refusal:
        api.delete(record_id, None)
    return refusal.value.status_code, refusal.value.error_code, refusal.value.error_msg


def shown_as_on_demand(contract: Contract) -> dict[str, Any]:
    """The fields of an item that the module reads of an instance that is not prepaid."""
    api = contract.kind.api(None, cloud_of(contract.region))
    assert api is not None and api.fields.prepaid
    keys, value = api.fields.prepaid.path.split("."), api.fields.prepaid.no
    field: Any = int(value) if value.isdigit() else value
    for key in reversed(keys):
        field = {key: field}
    return {**field, **({api.fields.order_id: None} if api.fields.order_id else {})}


def test_both_clients_wrong_key_refused(cloud: CloudEmulator, contract: Contract) -> None:
    wrong = contract.credentials(cloud, "wrong-" + SECRET_KEY)
    with pytest.raises(ClientRequestException) as refusal:
        contract.client(cloud, wrong).list()
    assert refusal.value.status_code == 401
    (failure,) = ours(cloud, contract, contract.deletable, secret_key="wrong-" + SECRET_KEY)["failures"]
    assert (failure["http_status"], failure["error_code"]) == (401, refusal.value.error_code)


def test_both_clients_temporary_key_accepted(cloud: CloudEmulator, contract: Contract) -> None:
    key = {name: str(value) for name, value in TEMPORARY_KEY.items()}
    theirs = BasicCredentials(key["access"], key["secret"], contract.project_id(cloud))
    theirs = theirs.with_security_token(key["security_token"])
    client = contract.client(cloud, theirs)
    assert client.list() == held(cloud, contract)
    cloud.clear_log()
    client.delete(contract.deletable, contract.instance_id)
    (their_delete,) = [request for request in requests_of(cloud, contract.service) if request["method"] == "DELETE"]
    cloud.load(contract.scenario())
    result = ours(
        cloud,
        contract,
        contract.deletable,
        access_key=key["access"],
        secret_key=key["secret"],
        security_token=key["security_token"],
    )
    assert result["deleted"] == [contract.deletable]
    (our_delete,) = [request for request in requests_of(cloud, contract.service) if request["method"] == "DELETE"]
    assert our_delete["headers"]["x-security-token"] == key["security_token"]
    assert without_content_type(our_delete) == without_content_type(their_delete)


def test_both_clients_list_with_same_requests(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    api.list()
    theirs = [without_content_type(request) for request in requests_of(cloud, contract.service)]
    cloud.clear_log()
    ours(cloud, contract, contract.deletable, check_mode=True)
    listed = [without_content_type(request) for request in requests_of(cloud, contract.service)]
    if contract.kind.by_instance:
        # The module does not list the instances: the instance of the record is given.
        theirs = [request for request in theirs if f"/instances/{contract.instance_id}/" in request["path"]]
    assert theirs
    for request in theirs:
        assert request in listed
    if contract.api_version != "v3" and not contract.kind.is_instance:
        assert len(listed) == len(theirs)


def test_both_clients_delete_with_same_request(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    cloud.clear_log()
    api.delete(contract.deletable, contract.instance_id)
    (their_delete,) = [request for request in requests_of(cloud, contract.service) if request["method"] == "DELETE"]
    cloud.load(contract.scenario())
    assert ours(cloud, contract, contract.deletable)["deleted"] == [contract.deletable]
    (our_delete,) = [request for request in requests_of(cloud, contract.service) if request["method"] == "DELETE"]
    assert without_content_type(our_delete) == without_content_type(their_delete)
    assert our_delete["headers"].get("content-type", "application/json") == "application/json"
    assert {"host", "x-project-id"} <= our_delete["signed"]


@pytest.mark.parametrize(
    "contract",
    [contract for contract in CONTRACTS if contract.service == "drs"],
    ids=lambda one: one.name,
    indirect=True,
)
def test_both_clients_stop_with_same_request(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    cloud.clear_log()
    api.stop(contract.refused)
    (their_stop,) = requests_of(cloud, contract.service)
    cloud.load(contract.scenario())
    assert ours(cloud, contract, contract.refused, stop=True)["deleted"] == [contract.refused]
    asked = requests_of(cloud, contract.service)
    assert without_content_type(their_stop) in [without_content_type(request) for request in asked]


@pytest.mark.parametrize(
    "contract",
    [contract for contract in CONTRACTS if contract.kind.api(contract.api_version, cloud_of(contract.region)).show],
    ids=lambda one: one.name,
    indirect=True,
)
def test_both_clients_show_with_same_request(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    with pytest.raises(ClientRequestException):
        api.show("a-unknown", None)
    (their_show,) = requests_of(cloud, contract.service)
    cloud.clear_log()
    ours(cloud, contract, "a-unknown", check_mode=True)
    our_show = requests_of(cloud, contract.service)[-1]
    if contract.service == "gaussdb":
        # The vendor's client has the language for list and delete only.
        our_show["headers"].pop("x-language", None)
        our_show["signed"].discard("x-language")
    assert without_content_type(our_show) == without_content_type(their_show)


def test_both_clients_look_up_project_with_same_request() -> None:
    scenario = small()
    scenario["projects"][0]["name"] = "eu-de"
    with CloudEmulator(scenario) as cloud:
        endpoint = cloud.endpoints["gaussdb"]
        theirs = BasicCredentials(ACCESS_KEY, SECRET_KEY).with_iam_endpoint(cloud.endpoints["iam"])
        builder = gaussdb.GaussDBforopenGaussClient.new_builder().with_credentials(theirs)
        client = builder.with_region(Region("eu-de", endpoint)).build()
        assert client.list_tasks(gaussdb.ListTasksRequest()).total_count == 3
        (their_lookup,) = requests_of(cloud, "iam")
        cloud.clear_log()
        options = {"region": "eu-de", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "endpoints": cloud.endpoints}
        assert len(run_module("gaussdb_job_info", options)["records"]) == 3
        (our_lookup,) = requests_of(cloud, "iam")
    assert without_content_type(our_lookup) == without_content_type(their_lookup)
