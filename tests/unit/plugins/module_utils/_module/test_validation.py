# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input fails before any request, with a message that names the option."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator
from helpers.emulator_calls import Caller
from helpers.service_cases import SERVICES, Case

ALL_MODULES = [
    "identity_info",
    "environment_info",
    *(case.module for case in SERVICES),
    *(case.info_module for case in SERVICES),
]
NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}
BAD_IDS = ["", " ", "\t", "a b", "a/b", "../a", "a?b", "a#b", "a%2Fb", "a.b", "ä", "a\n", "{{ a }}", "a;b", None]
FORM = "must be a URL of the form https://host[:port][/path]"


def refused(call: Caller, module: str, *names: str, **options: Any) -> str:
    """Call a module with bad input; return its message once it names the options and nothing was sent."""
    result = call(module, **options)
    assert result.failed, result
    assert all(name in result["msg"] for name in names), result["msg"]
    assert call.cloud.log == []
    message: str = result["msg"]
    return message


def with_what_it_needs(module: str, **options: Any) -> dict[str, Any]:
    """Options with which the module would do something."""
    needed = {case.module: case.options(case.deletable) for case in SERVICES}
    return {**needed.get(module, {}), **options}


@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize("bad", BAD_IDS, ids=repr)
def test_id_that_cannot_be_one(call: Caller, case: Case, bad: Any) -> None:
    option = "tasks" if case.service == "dms" else case.ids_option
    for check in (True, False):
        refused(call, case.module, option, check=check, **case.options([case.deletable[0], bad], instance="a-kafka-1"))


@pytest.mark.parametrize("bad", BAD_IDS, ids=repr)
def test_instance_that_cannot_be_one(call: Caller, bad: Any) -> None:
    refused(call, "dms_task", "instance_id", tasks=[{"instance_id": bad, "task_id": "a-dms-1"}])
    if bad is not None:
        refused(call, "dms_task", "instance_id", instance_id=bad, task_ids=["a-dms-1"])
    refused(call, "dms_task_info", "instance_ids", instance_ids=["a-kafka-1", bad])


def test_place_of_the_bad_id_is_named(call: Caller) -> None:
    assert "job_ids[2]" in refused(call, "gaussdb_job", job_ids=["a", "b", "c d"])


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_ids_are_required(call: Caller, case: Case) -> None:
    refused(call, case.module, "task_ids" if case.service == "dms" else case.ids_option)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"task_ids": ["a"]}, ["instance_id"]),
        ({"instance_id": "i"}, ["task_ids"]),
        ({"task_ids": ["a"], "instance_id": "i", "tasks": []}, ["task_ids", "tasks"]),
        ({"instance_id": "i", "tasks": [{"instance_id": "i", "task_id": "a"}]}, ["instance_id", "tasks"]),
        ({"tasks": [{"task_id": "a"}]}, ["instance_id"]),
        ({"tasks": [{"instance_id": "i"}]}, ["task_id"]),
        ({"tasks": [{"instance_id": "i", "task_id": "a", "other": 1}]}, ["other"]),
    ],
)
def test_dms_needs_instance_and_task(call: Caller, options: dict[str, Any], names: list[str]) -> None:
    refused(call, "dms_task", *names, **options)


@pytest.mark.parametrize("module", ALL_MODULES)
@pytest.mark.parametrize("region", [None, "", " "])
def test_no_region(call: Caller, module: str, region: str | None) -> None:
    options = with_what_it_needs(module, region=region)
    message = refused(call, module, "region", "OS_REGION_NAME", "HW_REGION_NAME", **options)
    assert message.startswith("region")


@pytest.mark.parametrize("region", ["eu_de", "EU-DE", "eude", "eu-de.evil.example", "eu-de/", "../x-y", "eu-de ", "-"])
def test_region_that_cannot_be_one(call: Caller, region: str) -> None:
    """A region becomes a part of the hosts that receive the password."""
    refused(call, "identity_info", "region", region=region)


@pytest.mark.parametrize("module", ALL_MODULES)
def test_no_credentials(call: Caller, module: str) -> None:
    options = with_what_it_needs(module, **NO_PASSWORD)
    refused(call, module, "no credentials", "token", "access_key", "password", **options)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"username": "user-1"}, ["password", "domain_name"]),
        ({"password": "0000000"}, ["username", "domain_name"]),
        ({"username": "user-1", "password": "0000000"}, ["domain_name"]),
        ({"username": "user-1", "password": "", "domain_name": "D"}, ["password"]),
        ({"password": "0000000", "domain_name": "D"}, ["username"]),
        ({"domain_name": "D"}, ["no credentials"]),
        ({"access_key": "KEY-1"}, ["secret_key"]),
        ({"secret_key": "0000000"}, ["access_key"]),
        ({"security_token": "0000000"}, ["no credentials"]),
        ({"access_key": "KEY-1", "security_token": "0000000"}, ["secret_key"]),
    ],
    ids=repr,
)
def test_half_of_the_credentials(call: Caller, given: dict[str, str], missing: list[str]) -> None:
    refused(call, "identity_info", *missing, **{**NO_PASSWORD, **given})


@pytest.mark.parametrize("option", ["token", "access_key", "secret_key", "security_token"])
@pytest.mark.parametrize("bad", ["a b", "a\nb", "ä", "a\r\nX-Injected: 1"], ids=repr)
def test_credential_that_no_header_can_carry(call: Caller, option: str, bad: str) -> None:
    key = {"access_key": "AK", "secret_key": "SK"} if option != "token" else {}
    message = refused(call, "identity_info", option, **{**NO_PASSWORD, **key, option: bad})
    assert bad not in message


@pytest.mark.parametrize("bad", ["a/b", "..", "a b", "ä", "a?b"])
def test_project_id_that_cannot_be_one(call: Caller, bad: str) -> None:
    refused(call, "gaussdb_job_info", "project_id", project_id=bad)


@pytest.mark.parametrize("name", ["gauss", "rds", "IAM", "", "region"])
def test_unknown_service_in_endpoints(call: Caller, name: str) -> None:
    message = refused(call, "identity_info", "endpoints", endpoints={name: "https://a.example"})
    for known in ("iam", "gaussdb", "drs", "dms", "cce", "dcs"):
        assert known in message


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://cce.example", "plain http"),
        ("http://10.0.0.1:8080", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("http://localhost.evil.example", "plain http"),
        ("http://[2001:db8::1]/", "plain http"),
        ("https://user:hunter2@cce.example", "without user"),
        ("https://hunter2@cce.example", "without user"),
        ("http://user:hunter2@127.0.0.1", "without user"),
        ("https://cce.example/?a=hunter2", "query"),
        ("https://cce.example/#hunter2", "fragment"),
        ("ftp://cce.example", FORM),
        ("cce.example", FORM),
        ("https://", FORM),
        ("https://cce.example:port", FORM),
        ("https://cce.example:70000", FORM),
        ("https://cce.example:0", FORM),
        ("https://cce .example", FORM),
        ("https://cce.example\n", FORM),
        ("file:///etc/passwd", FORM),
        ("https://[cce.example", FORM),
        (["https://cce.example"], FORM),
        ({"url": "https://cce.example"}, FORM),
        (1, FORM),
    ],
)
def test_address_that_cannot_be_used(call: Caller, url: Any, why: str) -> None:
    message = refused(call, "identity_info", "endpoints.cce", why, endpoints={"cce": url})
    assert "hunter2" not in message
    if isinstance(url, str):
        message = refused(call, "identity_info", "auth_url", why, auth_url=url)
        assert "hunter2" not in message


@pytest.mark.parametrize("endpoints", ["https://a.example", ["https://a.example"], 7], ids=repr)
def test_endpoints_are_a_dictionary(call: Caller, endpoints: Any) -> None:
    refused(call, "identity_info", "endpoints", endpoints=endpoints)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9"])
def test_plain_http_to_this_machine_is_fine(call: Caller, host: str) -> None:
    result = call("identity_info", endpoints={"iam": f"http://{host}:9"}, project_name=None)
    assert result["error_code"] == "NoReply"


@pytest.mark.parametrize("module", ["identity_info", "environment_info", "gaussdb_job", "dms_task_info"])
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("concurrency", 0),
        ("concurrency", -1),
        ("concurrency", 65),
        ("concurrency", "many"),
        ("concurrency", 1.5),
        ("max_rps", 0),
        ("max_rps", -1),
        ("max_rps", "nan"),
        ("max_rps", "inf"),
        ("max_rps", "fast"),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", "nan"),
        ("timeout", "inf"),
        ("stall_timeout", 0),
        ("stall_timeout", -5),
        ("validate_certs", "maybe"),
        ("ca_cert", "/nowhere/authority.pem"),
        ("ca_cert", "/"),
    ],
)
def test_number_out_of_range(call: Caller, module: str, option: str, value: Any) -> None:
    refused(call, module, option, **with_what_it_needs(module, **{option: value}))


@pytest.mark.parametrize("concurrency", [1, 64])
def test_limits_of_the_concurrency_are_within(call: Caller, concurrency: int) -> None:
    assert not call("gaussdb_job_info", concurrency=concurrency).failed


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("wait_timeout", 0),
        ("wait_timeout", -1),
        ("wait_timeout", "nan"),
        ("wait_timeout", "inf"),
        ("wait_timeout", "long"),
        ("api_version", "v4"),
        ("api_version", ""),
        ("stop", "perhaps"),
        ("state", "present"),
    ],
)
def test_options_of_drs(call: Caller, option: str, value: Any) -> None:
    refused(call, "drs_job", option, job_ids=["a-drs-1"], **{option: value})


@pytest.mark.parametrize("module", ["drs_job_info", "environment_info"])
def test_unknown_version(call: Caller, module: str) -> None:
    refused(call, module, "api_version", "v5", "v3", api_version="v2")


@pytest.mark.parametrize(
    ("module", "option"),
    [
        ("gaussdb_job", "api_version"),
        ("cce_job", "stop"),
        ("dms_task_info", "api_version"),
        ("dcs_task", "instance_id"),
    ],
)
def test_option_of_another_module(call: Caller, module: str, option: str) -> None:
    refused(call, module, option, **with_what_it_needs(module, **{option: "v3"}))


@pytest.mark.parametrize("services", [["rds"], ["drs", "Drs"], [""], ["iam"]])
def test_unknown_service_to_list(call: Caller, services: list[str]) -> None:
    message = refused(call, "environment_info", "services", services=services)
    assert "drs, gaussdb, dms, dcs, cce" in message


def test_what_is_good_is_not_refused(cloud: CloudEmulator, call: Caller) -> None:
    """The other tests would pass, too, if everything was refused."""
    for module in ALL_MODULES:
        cloud.clear_log()
        assert not call(module, **with_what_it_needs(module)).failed
        assert cloud.log != []
