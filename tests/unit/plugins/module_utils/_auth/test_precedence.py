# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Precedence of credentials (token, access key, password) and of endpoints."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import UnsupportedError
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import IAM_ENDPOINTS
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small
from emulator.signature import signature_of
from helpers.emulator_calls import Caller, of_service
from helpers.http_stub import Answer, Asked, SmallServer

KEY: dict[str, Any] = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
NOWHERE = "http://127.0.0.1:9"


def used(cloud: CloudEmulator) -> set[str]:
    """The kinds of credentials that the requests of the last call carry."""
    kinds = {"x-auth-token": "token", "authorization": "access key"}
    return {kinds[name] for entry in cloud.log for name in kinds if name in entry["headers"]}


def test_credentials_token_precedes_access_key_precedes_password(cloud: CloudEmulator, call: Caller) -> None:
    token = call("identity_info", issue_token=True)["token"]
    empty = dict.fromkeys(("token", "access_key", "secret_key", "security_token"), "")
    for given, expected in (
        ({"token": token, **KEY}, ({"token"}, 0)),
        (KEY, ({"access key"}, 0)),
        ({}, ({"token"}, 1)),
        (empty, ({"token"}, 1)),
    ):
        cloud.clear_log()
        assert not call("gaussdb_job_info", **given).failed
        assert (used(cloud), len(of_service(cloud, "iam", "POST"))) == expected


@pytest.mark.parametrize("ending", ["", "/", "/v3", "/v3/"])
def test_auth_url_precedes_endpoint(cloud: CloudEmulator, call: Caller, ending: str) -> None:
    endpoints = {**cloud.endpoints, "iam": NOWHERE}
    result = call("gaussdb_job_info", endpoints=endpoints, auth_url=cloud.endpoints["iam"] + ending)
    assert not result.failed
    assert [entry["path"] for entry in of_service(cloud, "iam")] == ["/v3/auth/tokens"]


@pytest.mark.parametrize("ending", ["", "/", "/v3"])
def test_endpoint_precedes_region(cloud: CloudEmulator, call: Caller, ending: str) -> None:
    endpoints = {**cloud.endpoints, "iam": cloud.endpoints["iam"] + ending}
    assert not call("gaussdb_job_info", endpoints=endpoints).failed


def test_endpoint_path_is_sent_and_signed(call: Caller) -> None:
    def answer(asked: Asked) -> Answer:
        names = asked.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        expected = signature_of(SECRET_KEY, asked.method, asked.target, "", asked.headers, names, asked.body)
        return Answer(200 if asked.headers["authorization"].endswith(expected) else 401)

    with SmallServer(answer) as server:
        endpoints = {"gaussdb": f"{server.url}/behind/a/gate/"}
        options = {"project_id": "f00", "project_name": None, "endpoints": endpoints}
        assert call("gaussdb_job", job_id="one", **KEY, **options)["deleted"] == ["one"]
    assert [asked.target for asked in server.asked] == ["/behind/a/gate/v3/f00/jobs/one"]


def settings(region: str, **options: Any) -> ConnectionSettings:
    return ConnectionSettings.from_options({"region": region, "token": "MIIabc", "project_id": "f00", **options})


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-de", "iam.eu-de.otc.t-systems.com"),
        ("eu-nl", "iam.eu-nl.otc.t-systems.com"),
        ("eu-ch2", "iam-pub.eu-ch2.sc.otc.t-systems.com"),
        ("cn-north-4", "iam.cn-north-4.myhuaweicloud.com"),
        ("eu-west-101", "iam.eu-west-101.myhuaweicloud.eu"),
    ],
)
def test_iam_endpoint_by_region(region: str, host: str) -> None:
    assert IAM_ENDPOINTS.url("iam", region) == f"https://{host}"


HUAWEI_GAUSSDB = ("cn-east-2", "cn-east-4", "cn-east-5", "cn-north-12", "ap-southeast-5", "tr-west-1", "me-east-1")
# The form of a region's hosts, and those that differ from it; None where there is no such host.
HOSTS: dict[str, tuple[str, dict[str, str | None]]] = {
    "eu-de": ("{}.eu-de.otc.t-systems.com", {}),
    "eu-nl": ("{}.eu-nl.otc.t-systems.com", {"gaussdb": None}),
    "eu-ch2": ("{}.eu-ch2.sc.otc.t-systems.com", dict.fromkeys(("gaussdb", "drs", "dms", "dcs"))),
    "cn-north-4": ("{}.cn-north-4.myhuaweicloud.com", {"gaussdb": "gaussdb-opengauss.cn-north-4.myhuaweicloud.com"}),
    "eu-west-101": (
        "{}.eu-west-101.myhuaweicloud.eu",
        {"gaussdb": "gaussdb-opengauss.eu-west-101.myhuaweicloud.eu", "dcs": "dcs.eu-west-101.myhuaweicloud.com"},
    ),
    **{region: (f"{{}}.{region}.myhuaweicloud.com", {}) for region in (*HUAWEI_GAUSSDB, "af-north-1")},
}
TAURUSDB_HOSTS = {
    **dict.fromkeys(("cn-north-2", "cn-north-4", "cn-north-9", "cn-east-3", "cn-south-1", "cn-south-4"), "gaussdb"),
    **dict.fromkeys(("cn-southwest-2", "ap-southeast-3", "ap-southeast-4"), "gaussdb"),
    **dict.fromkeys(("ru-northwest-2", "sa-brazil-1"), "gaussdb"),
    **dict.fromkeys(("af-south-1", "cn-east-5", "la-north-2", "cn-southwest-3"), "gaussdb-mysql"),
    **dict.fromkeys(("ap-southeast-1", "ap-southeast-2", "cn-north-11"), "gaussdbformysql"),
    **dict.fromkeys(("me-east-1", "tr-west-1"), "gaussdbformysql"),
}


@pytest.mark.parametrize("region", HOSTS)
@pytest.mark.parametrize("service", ["gaussdb", "drs", "dms", "cce", "dcs"])
def test_service_endpoint_by_region(region: str, service: str) -> None:
    endpoints = next(kind.endpoints for kind in KINDS.values() if kind.service == service)
    form, others = HOSTS[region]
    host = others.get(service, form.format(service))
    if host is None:
        with pytest.raises(UnsupportedError, match=f"endpoints.{service}"):
            endpoints.url(service, region)
    else:
        assert endpoints.url(service, region) == f"https://{host}"


@pytest.mark.parametrize(("region", "host"), TAURUSDB_HOSTS.items())
def test_taurusdb_endpoint_by_region(region: str, host: str) -> None:
    endpoints = KINDS["taurusdb_task"].endpoints
    assert endpoints.url("taurusdb", region) == f"https://{host}.{region}.myhuaweicloud.com"
    # Where GaussDB has the older host, which has the same path for a delete, TaurusDB has another.
    assert endpoints.url("taurusdb", region) != KINDS["gaussdb_job"].endpoints.url("gaussdb", region)


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        ("rds", "cn-north-4", "rds.cn-north-4.myhuaweicloud.com"),
        ("rds", "eu-west-101", "rds.eu-west-101.myhuaweicloud.eu"),
        ("rds", "eu-de", None),
        ("taurusdb", "eu-de", None),
        ("taurusdb", "eu-west-101", None),
    ],
)
def test_database_endpoint_by_region(service: str, region: str, host: str | None) -> None:
    endpoints = KINDS[f"{service}_task"].endpoints
    if host:
        assert endpoints.url(service, region) == f"https://{host}"
    else:
        with pytest.raises(UnsupportedError, match=f"endpoints.{service}"):
            endpoints.url(service, region)


def test_client_url_from_region_or_option() -> None:
    connection = Connection(settings("cn-north-4", endpoints={"cce": "https://cce.example"}))
    for kind in KINDS.values():
        client = connection.client(kind.service, kind.endpoints)
        expected = "https://cce.example" if kind.service == "cce" else kind.endpoints.url(kind.service, "cn-north-4")
        assert client._origin == expected
    connection.close()


def test_cloud_follows_region_not_endpoint(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region="cn-north-4"))
    assert not call("drs_job_info").failed
    assert {entry["path"].split("/")[1] for entry in of_service(cloud, "drs")} == {"v5"}
