# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own clients work with the cloud emulator, and ask for the same things in the same way as the modules.

CCE is missing here: its API v2, which lists and deletes job records, has no operation in the vendor's client, which
can only show the jobs of v3. The tests of the cloud emulator compare the request of the modules with the CCE API
reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region

from emulator import ACCESS_KEY, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, small
from helpers.module_calls import run_module

from .vendor import CONTRACTS, Contract, Dcs, gaussdb

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
    with CloudEmulator(small({"release_seconds": 0.05}, region=contract.region)) as running:
        yield running


@pytest.fixture
def api(cloud: CloudEmulator, contract: Contract) -> Any:
    return contract.api(cloud.endpoints[contract.service], credentials(cloud, contract), contract.language)


def project_name(contract: Contract) -> str:
    return f"{contract.region}_retired"


def project_id(cloud: CloudEmulator, contract: Contract) -> str:
    found: str = cloud.state()["projects"][project_name(contract)]["id"]
    return found


def credentials(cloud: CloudEmulator, contract: Contract) -> BasicCredentials:
    return BasicCredentials(ACCESS_KEY, SECRET_KEY, project_id(cloud, contract))


def ours(cloud: CloudEmulator, contract: Contract, record_id: str, **more: Any) -> dict[str, Any]:
    """Let the delete module go at one record with the same access key."""
    check_mode = more.pop("check_mode", False)
    options = {
        "region": contract.region,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "project_id": project_id(cloud, contract),
        "endpoints": cloud.endpoints,
        **contract.version_option(),
        **contract.ids_option(record_id),
        **more,
    }
    return run_module(contract.module, options, check=check_mode)


def held(cloud: CloudEmulator, contract: Contract) -> dict[str, str]:
    return {record["id"]: record["status"] for record in cloud.records(project_name(contract), contract.service)}


def requests_of(cloud: CloudEmulator, contract: Contract) -> list[dict[str, Any]]:
    """Everything that the service was asked, each request once: what, with which parameters, headers and body."""
    asked = []
    for entry in cloud.log:
        if entry["service"] == contract.service:
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
    record = api.show(contract.running, contract.instance_id)
    assert record == (contract.running, held(cloud, contract)[contract.running])


def test_vendor_client_deletes_record(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    before = held(cloud, contract)
    answer = api.delete(contract.deletable, contract.instance_id)
    after = held(cloud, contract)
    assert set(before) - set(after) == {contract.deletable}
    expected = {"gaussdb": 200, "dms": 204, "dcs": 200, "drs": 202 if contract.api_version == "v3" else 200}
    assert answer.status_code == expected[contract.service]
    if contract.api_version == "v3":
        assert [(result.id, result.status) for result in answer.results] == [(contract.deletable, "success")]


def test_vendor_client_unknown_record_reported_as_gone(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    """And what it reads there is what the modules take for gone, or, where no code is documented, a 404."""
    gone = KINDS[contract.module].gone_codes
    if contract.api_version == "v3":
        (result,) = api.delete("a-unknown", contract.instance_id).results
        assert (result.status, result.error_code in gone) == ("failed", True)
    else:
        with pytest.raises(ClientRequestException) as refusal:
            api.delete("a-unknown", contract.instance_id)
        assert refusal.value.error_code in gone or refusal.value.status_code == 404
        assert refusal.value.error_msg
    assert ours(cloud, contract, "a-unknown")["absent"] == ["a-unknown"]


def test_vendor_client_running_record_refused_with_code(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    if contract.api_version == "v3":
        (result,) = api.delete(contract.running, contract.instance_id).results
        code = result.error_code
    else:
        with pytest.raises(ClientRequestException) as refusal:
            api.delete(contract.running, contract.instance_id)
        code = refusal.value.error_code
    assert code
    assert code not in KINDS[contract.module].gone_codes
    failures = ours(cloud, contract, contract.running)["failures"]
    assert [failure["id"] for failure in failures] == [contract.running]
    assert failures[0]["error_code"] == ("NotDeletable" if contract.service == "drs" else code)


def test_both_clients_wrong_key_refused(cloud: CloudEmulator, contract: Contract) -> None:
    wrong = BasicCredentials(ACCESS_KEY, "wrong-" + SECRET_KEY, project_id(cloud, contract))
    with pytest.raises(ClientRequestException) as refusal:
        contract.api(cloud.endpoints[contract.service], wrong, contract.language).list()
    assert refusal.value.status_code == 401
    (failure,) = ours(cloud, contract, contract.deletable, secret_key="wrong-" + SECRET_KEY)["failures"]
    assert (failure["http_status"], failure["error_code"]) == (401, refusal.value.error_code)


def test_both_clients_temporary_key_accepted(cloud: CloudEmulator, contract: Contract) -> None:
    key = {name: str(value) for name, value in TEMPORARY_KEY.items()}
    theirs = BasicCredentials(key["access"], key["secret"], project_id(cloud, contract))
    theirs = theirs.with_security_token(key["security_token"])
    client = contract.api(cloud.endpoints[contract.service], theirs, contract.language)
    assert client.list() == held(cloud, contract)
    cloud.clear_log()
    client.delete(contract.deletable, contract.instance_id)
    (their_delete,) = [request for request in requests_of(cloud, contract) if request["method"] == "DELETE"]
    cloud.load(small(region=contract.region))
    result = ours(
        cloud,
        contract,
        contract.deletable,
        access_key=key["access"],
        secret_key=key["secret"],
        security_token=key["security_token"],
    )
    assert result["deleted"] == [contract.deletable]
    (our_delete,) = [request for request in requests_of(cloud, contract) if request["method"] == "DELETE"]
    assert our_delete["headers"]["x-security-token"] == key["security_token"]
    assert without_content_type(our_delete) == without_content_type(their_delete)


def test_both_clients_list_with_same_requests(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    api.list()
    theirs = [without_content_type(request) for request in requests_of(cloud, contract)]
    cloud.clear_log()
    ours(cloud, contract, contract.deletable, check_mode=True)
    listed = [without_content_type(request) for request in requests_of(cloud, contract)]
    if contract.service == "dms":
        # The module does not list the instances: the instance of the record is given.
        named = f"/instances/{contract.instance_id}/tasks"
        theirs = [request for request in theirs if request["path"].endswith(named)]
    assert theirs
    for request in theirs:
        assert request in listed
    if contract.api_version != "v3":
        assert len(listed) == len(theirs)


def test_both_clients_delete_with_same_request(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    cloud.clear_log()
    api.delete(contract.deletable, contract.instance_id)
    (their_delete,) = [request for request in requests_of(cloud, contract) if request["method"] == "DELETE"]
    cloud.load(small(region=contract.region))
    assert ours(cloud, contract, contract.deletable)["deleted"] == [contract.deletable]
    (our_delete,) = [request for request in requests_of(cloud, contract) if request["method"] == "DELETE"]
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
    api.stop(contract.running)
    (their_stop,) = requests_of(cloud, contract)
    cloud.load(small({"release_seconds": 0.05}, region=contract.region))
    assert ours(cloud, contract, contract.running, stop=True)["deleted"] == [contract.running]
    asked = requests_of(cloud, contract)
    assert without_content_type(their_stop) in [without_content_type(request) for request in asked]


@pytest.mark.parametrize(
    "contract",
    [contract for contract in CONTRACTS if contract.service == "gaussdb" or contract.api_version == "v5"],
    ids=lambda one: one.name,
    indirect=True,
)
def test_both_clients_show_with_same_request(cloud: CloudEmulator, contract: Contract, api: Any) -> None:
    with pytest.raises(ClientRequestException):
        api.show("a-unknown", None)
    (their_show,) = requests_of(cloud, contract)
    cloud.clear_log()
    ours(cloud, contract, "a-unknown", check_mode=True)
    our_show = requests_of(cloud, contract)[-1]
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
        iam = Contract(None, "iam", "", "eu-de", "", "")
        (their_lookup,) = requests_of(cloud, iam)
        cloud.clear_log()
        options = {"region": "eu-de", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "endpoints": cloud.endpoints}
        assert len(run_module("gaussdb_job_info", options)["records"]) == 3
        (our_lookup,) = requests_of(cloud, iam)
    assert without_content_type(our_lookup) == without_content_type(their_lookup)
