# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary keys of the machine's agency, from the metadata service of the cloud."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import authenticators, metadata

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, bulk, small
from helpers.agencies import AGENCY, NO_PASSWORD, with_agency
from helpers.emulator_calls import Caller, of_service
from helpers.http_stub import Answer, SmallServer
from helpers.metadata_service import KEY_PATH, TOKEN_PATH, Metadata, request_of, served
from helpers.raw_server import Piece, RawServer, http_reply

BY_METADATA = {**NO_PASSWORD, "metadata": True}


def requests(server: SmallServer) -> list[tuple[str, str]]:
    return [request_of(asked) for asked in server.asked]


def test_metadata_address_is_link_local() -> None:
    assert (metadata.ADDRESS, metadata.TIMEOUT) == ("http://169.254.169.254", 2.0)


def test_metadata_key_signs_requests(call: Caller, machine: Metadata, metadata_server: SmallServer) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], **BY_METADATA)
    assert result["deleted"] == ["a-gauss-1"]
    assert requests(metadata_server) == [("PUT", TOKEN_PATH), ("GET", KEY_PATH)]
    assert metadata_server.asked[0].headers["x-metadata-token-ttl-seconds"] == "21600"
    assert metadata_server.asked[1].headers["x-metadata-token"] == machine.tokens[0]
    (key,) = machine.keys
    for entry in call.cloud.log:
        assert f"Access={key['access']}," in entry["headers"]["authorization"]
        assert entry["headers"]["x-security-token"] == key["securitytoken"]
    assert result["summary"]["requests"] == len(call.cloud.log) + 2


@pytest.mark.parametrize("status", [404, 405, 503])
def test_metadata_without_tokens_gives_key(
    call: Caller, machine: Metadata, metadata_server: SmallServer, status: int
) -> None:
    machine.token_status = status
    assert not call("environment_info", **BY_METADATA).failed
    assert requests(metadata_server) == [("PUT", TOKEN_PATH), ("GET", KEY_PATH)]
    assert "x-metadata-token" not in metadata_server.asked[1].headers


def test_metadata_is_asked_only_by_name(call: Caller, metadata_server: SmallServer) -> None:
    assert "no credentials" in call("environment_info", **NO_PASSWORD)["msg"]
    assert "no credentials" in call("environment_info", metadata=False, **NO_PASSWORD)["msg"]
    assert metadata_server.asked == []


@pytest.mark.parametrize(
    "options",
    [{}, {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, {"token": "given"}],
    ids=["password", "access key", "token"],
)
def test_metadata_comes_last(call: Caller, metadata_server: SmallServer, options: dict[str, str]) -> None:
    if "token" in options:
        options = {"token": call("identity_info", issue_token=True)["token"]}
    assert not call("environment_info", metadata=True, **options).failed
    assert metadata_server.asked == []


def test_metadata_is_asked_once_for_all_kinds(call: Caller, metadata_server: SmallServer) -> None:
    assert not call("environment_info", project_id=call.project_id, **BY_METADATA).failed
    assert len(metadata_server.asked) == 2


@pytest.mark.parametrize("project", [True, False], ids=["by id", "by name"])
def test_metadata_dead_fails_at_once(call: Caller, monkeypatch: pytest.MonkeyPatch, project: bool) -> None:
    monkeypatch.setattr(metadata, "ADDRESS", "http://127.0.0.1:9")
    named = {"project_id": call.project_id, "project_name": None} if project else {}
    result = call("environment_info", **named, **BY_METADATA)
    assert result.failed and "the metadata service at 127.0.0.1 does not answer" in result["msg"]
    assert call.cloud.log == [] and result["summary"]["requests"] == 1
    failure = call("gaussdb_job", job_ids=["a-gauss-1"], **named, **BY_METADATA)["failures"][0]
    assert "metadata" in failure["error_msg"]


@pytest.mark.parametrize(
    "pieces",
    [[0.8, http_reply(200, b"token")], [http_reply(200, b"token")[:-5], *(0.1, b"x") * 5]],
    ids=["no response", "response in parts"],
)
def test_metadata_slow_is_given_up(call: Caller, monkeypatch: pytest.MonkeyPatch, pieces: list[Piece]) -> None:
    monkeypatch.setattr(metadata, "TIMEOUT", 0.2)
    with RawServer(lambda _head: pieces) as server:
        monkeypatch.setattr(metadata, "ADDRESS", server.url)
        result = call("environment_info", **BY_METADATA)
    assert result.failed and "the metadata service at 127.0.0.1 does not answer" in result["msg"]
    assert len(server.asked) == 1


def test_metadata_is_asked_without_proxy(
    call: Caller, metadata_server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert not call("environment_info", **BY_METADATA).failed
    assert len(metadata_server.asked) == 2


def test_metadata_redirect_is_not_followed(call: Caller, machine: Metadata, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(machine) as elsewhere:
        redirect = Answer(307, headers={"Location": f"{elsewhere.url}{KEY_PATH}"})
        with SmallServer(lambda _asked: redirect) as server:
            monkeypatch.setattr(metadata, "ADDRESS", server.url)
            assert "metadata service returned no token" in call("environment_info", **BY_METADATA)["msg"]
        assert elsewhere.asked == [] and len(server.asked) == 1


@pytest.mark.parametrize("status", [200, 404], ids=["with token", "without token"])
def test_metadata_without_agency_fails_once(
    call: Caller, machine: Metadata, metadata_server: SmallServer, status: int
) -> None:
    machine.agency, machine.token_status = False, status
    result = call("gaussdb_job", job_ids=["a-gauss-1"], **BY_METADATA)
    refusal = "the metadata service returned no temporary key: Please configure Cloud Service Agency first; the server"
    assert result["credentials_refused"] and refusal in result["msg"]
    assert requests(metadata_server) == [("PUT", TOKEN_PATH), ("GET", KEY_PATH)] and call.cloud.log == []


def test_metadata_token_refused_is_renewed_once(call: Caller, machine: Metadata, metadata_server: SmallServer) -> None:
    asked_for_key = machine._key

    def forgetful(asked: Any) -> Answer:
        if len(machine.tokens) == 1:
            machine.expire_tokens()
        return asked_for_key(asked)

    machine._key = forgetful  # type: ignore[method-assign]
    assert not call("environment_info", **BY_METADATA).failed
    assert requests(metadata_server) == [("PUT", TOKEN_PATH), ("GET", KEY_PATH)] * 2


@pytest.mark.parametrize("status", [400, 500, 302])
def test_metadata_token_error_fails(call: Caller, machine: Metadata, metadata_server: SmallServer, status: int) -> None:
    machine.token_status = status
    result = call("identity_info", **BY_METADATA)
    assert result["http_status"] == status and "metadata service returned no token" in result["msg"]
    assert len(metadata_server.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"credential": {"access": "A", "secret": "a\\nb"}}'])
def test_metadata_malformed_response_fails(call: Caller, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    with SmallServer(lambda asked: Answer(404) if asked.method == "PUT" else Answer(200, body)) as server:
        monkeypatch.setattr(metadata, "ADDRESS", server.url)
        result = call("environment_info", **BY_METADATA)
    reason = "metadata: the response holds no temporary access key (MalformedReply)"
    assert result["msg"] == f"no kind could be listed: {reason}" and call.cloud.log == []


@pytest.mark.parametrize("same_key", [True, False])
def test_metadata_key_about_to_expire_is_renewed(
    cloud: CloudEmulator,
    machine: Metadata,
    metadata_server: SmallServer,
    monkeypatch: pytest.MonkeyPatch,
    same_key: bool,
) -> None:
    monkeypatch.setattr(authenticators, "RENEWAL_PAUSE", 0.05)
    cloud.load(bulk("cce", 60, options={"latency": {"cce": 0.01}}))
    machine.key_seconds, machine.same_key = 200.0, same_key
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    assert Caller(cloud)("cce_job", job_ids=ids, concurrency=4, **BY_METADATA)["deleted"] == ids
    keys = {entry["headers"]["authorization"].split(",")[0] for entry in cloud.writes()}
    assert (len(keys) == 1) is same_key
    assert 3 < len(metadata_server.asked) < 20 and requests(metadata_server).count(("PUT", TOKEN_PATH)) == 1


def test_metadata_key_that_lasts_is_not_renewed(
    cloud: CloudEmulator, machine: Metadata, metadata_server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authenticators, "RENEWAL_PAUSE", 0.0)
    machine.key_seconds = 400.0
    assert not Caller(cloud)("environment_info", **BY_METADATA).failed
    assert len(metadata_server.asked) == 2


def test_metadata_key_expired_and_not_renewed_ends_run(
    cloud: CloudEmulator, machine: Metadata, metadata_server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired_after_first_delete() -> float:
        machine.agency = not cloud.writes()
        return time.time() + (0.0 if machine.agency else 2 * machine.key_seconds)

    monkeypatch.setattr(authenticators, "RENEWAL_PAUSE", 0.0)
    monkeypatch.setattr(authenticators, "time", SimpleNamespace(time=expired_after_first_delete))
    cloud.load(bulk("cce", 20))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    result = Caller(cloud)("cce_job", job_ids=ids, concurrency=4, **BY_METADATA)
    assert len(result["deleted"]) == len(cloud.writes()) == 1 and result["credentials_refused"]
    assert len(result["failures"]) == 19 and all("metadata" in one["error_msg"] for one in result["failures"])
    # At the most each worker asks for another key.
    assert requests(metadata_server).count(("GET", KEY_PATH)) <= 1 + 4


def test_metadata_key_assumes_agency(
    cloud: CloudEmulator, machine: Metadata, metadata_server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = with_agency(small())
    scenario["users"].reverse()
    cloud.load(scenario)
    agency = {"agency_name": AGENCY, "agency_domain_name": scenario["domains"][0]}
    assert not Caller(cloud)("environment_info", **agency, **BY_METADATA).failed
    (assumed,) = of_service(cloud, "iam", "POST")
    assert f"Access={machine.keys[0]['access']}," in assumed["headers"]["authorization"]


def test_metadata_secrets_are_not_shown(call: Caller, machine: Metadata, metadata_server: SmallServer) -> None:
    call.cloud.faults.add("echo", status=403)
    result = call("environment_info", **BY_METADATA)
    (key,) = machine.keys
    assert "handling" in result["msg"]
    assert not [secret for secret in (key["secret"], key["securitytoken"], *machine.tokens) if secret in result.output]
