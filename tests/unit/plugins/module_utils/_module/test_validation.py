# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invalid input fails before any request, with a message that names the option."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.kind_cases import (
    ALL_MODULES,
    CASES,
    INSTANCE_CASES,
    INSTANCE_KINDS,
    OTC,
    REQUIRED_OPTIONS,
    SERVICES,
    KindCase,
)

NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}
BAD_IDS = ["", " ", "\t", "a b", "a/b", "../a", "a?b", "a#b", "a%2Fb", "a.b", "ä", "a\n", "{{ a }}", "a;b", None]
HTTP = "plain http is accepted for this machine only"
FORM = "must be a URL of the form https://host[:port][/path]"
BAD_OPTIONS: list[tuple[tuple[str, ...], dict[str, list[Any]]]] = [
    (
        ("identity_info", "environment_info", "gaussdb_job", "dms_task_info"),
        {
            "concurrency": [0, -1, 65, "many", 1.5],
            "max_rps": [0, -1, "nan", "inf", "fast"],
            "timeout": [0, -1, "nan", "inf", 1e10],
            "stall_timeout": [0, -5, 1e10],
            "validate_certs": ["maybe"],
            "ca_cert": ["/nowhere/authority.pem", "/"],
        },
    ),
    (
        ("drs_job",),
        {
            "wait_timeout": [0, -1, "nan", "inf", "long"],
            "api_version": ["v4", ""],
            "stop": ["perhaps"],
            "state": ["present"],
        },
    ),
    (
        ("gaussdb_instance", "dms_instance", "dcs_instance", "cce_cluster"),
        {"wait_timeout": [0, -1, "nan", "inf", "long"], "wait": ["perhaps"], "stop": [True], "state": ["present"]},
    ),
    (("cce_cluster",), {"delete_evs": [True, "force"], "delete_sfs30": ["skip"]}),
    (("gaussdb_job", "dms_task_info"), {"api_version": ["v3"]}),
    (("cce_job",), {"stop": ["v3"]}),
    (("dcs_task",), {"instance_id": ["v3"]}),
    (
        ("identity_info",),
        {"region": ["eu_de", "EU-DE", "eude", "eu-de.evil.example", "eu-de/", "../x-y", "eu-de ", "-"]},
    ),
    (("gaussdb_job_info",), {"project_id": ["a/b", "..", "a b", "ä", "a?b"]}),
    (("identity_info",), {"endpoints": ["https://a.example", ["https://a.example"], 7]}),
]


def rejected(call: Caller, module: str, *names: str, **options: Any) -> str:
    """Call a module with invalid input; return its message, which names the options; nothing was sent."""
    result = call(module, **options)
    assert result.failed, result
    assert all(name in result["msg"] for name in names), result["msg"]
    assert call.cloud.log == []
    message: str = result["msg"]
    return message


def with_required(module: str, **options: Any) -> dict[str, Any]:
    """The required options of a module, and more."""
    return {**REQUIRED_OPTIONS[module], **options}


@pytest.mark.parametrize("case", [*SERVICES, *INSTANCE_KINDS], ids=str)
@pytest.mark.parametrize("bad", BAD_IDS, ids=repr)
def test_id_invalid_is_rejected(call: Caller, case: KindCase, bad: Any) -> None:
    for check in (True, False):
        options = case.options([case.deletable[0], bad], instance="a-kafka-1")
        rejected(call, case.module, case.records_option, check=check, **options)


@pytest.mark.parametrize("bad", BAD_IDS, ids=repr)
def test_instance_id_invalid_is_rejected(call: Caller, bad: Any) -> None:
    rejected(call, "dms_task", "instance_id", tasks=[{"instance_id": bad, "task_id": "a-dms-1"}])
    if bad is not None:
        rejected(call, "dms_task", "instance_id", instance_id=bad, task_ids=["a-dms-1"])
    rejected(call, "dms_task_info", "instance_ids", instance_ids=["a-kafka-1", bad])


def test_id_invalid_position_is_named(call: Caller) -> None:
    assert "job_ids[2]" in rejected(call, "gaussdb_job", job_ids=["a", "b", "c d"])


@pytest.mark.parametrize("case", [*SERVICES, *INSTANCE_KINDS], ids=str)
def test_ids_missing_are_rejected(call: Caller, case: KindCase) -> None:
    rejected(call, case.module, case.ids_option)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"task_ids": ["a"]}, ["instance_id"]),
        ({"instance_id": "i"}, ["task_ids"]),
        ({"task_ids": ["a"], "instance_id": "i", "tasks": []}, ["task_ids", "tasks"]),
        ({"instance_id": "i", "tasks": [{"instance_id": "i", "task_id": "a"}]}, ["instance_id", "tasks"]),
        ({"tasks": [{"task_id": "a"}]}, ["instance_id"]),
        ({"tasks": [{"instance_id": "i"}]}, ["task_id"]),
    ],
)
def test_dms_options_incomplete_or_exclusive_are_rejected(
    call: Caller, options: dict[str, Any], names: list[str]
) -> None:
    rejected(call, "dms_task", *names, **options)


@pytest.mark.parametrize("module", ALL_MODULES)
@pytest.mark.parametrize("region", [None, "", " "])
def test_region_missing_is_rejected(call: Caller, module: str, region: str | None) -> None:
    options = with_required(module, region=region, project_name="retired")
    message = rejected(call, module, "region", "OS_REGION_NAME", "HW_REGION_NAME", **options)
    assert message.startswith("region")


@pytest.mark.parametrize("module", ALL_MODULES)
def test_credentials_missing_are_rejected(call: Caller, module: str) -> None:
    options = with_required(module, **NO_PASSWORD)
    rejected(call, module, "no credentials", "token", "access_key", "password", **options)


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
def test_credentials_incomplete_are_rejected(call: Caller, given: dict[str, str], missing: list[str]) -> None:
    rejected(call, "identity_info", *missing, **{**NO_PASSWORD, **given})


@pytest.mark.parametrize("option", ["token", "access_key", "secret_key", "security_token"])
@pytest.mark.parametrize("bad", ["a b", "a\nb", "ä", "a\r\nX-Injected: 1"], ids=repr)
def test_credential_unusable_in_header_is_rejected(call: Caller, option: str, bad: str) -> None:
    key = {"access_key": "AK", "secret_key": "SK"} if option != "token" else {}
    message = rejected(call, "identity_info", option, **{**NO_PASSWORD, **key, option: bad})
    assert bad not in message


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("gauss", "Did you mean gaussdb?"), *((name, "The nearest is ") for name in ("kafka", "IAM", "", "region"))],
)
def test_endpoints_unknown_service_is_rejected(call: Caller, name: str, nearest: str) -> None:
    message = rejected(call, "identity_info", "endpoints", endpoints={name: "https://a.example"})
    assert message.startswith(f"endpoints: {name!r} is not a service. {nearest}")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://cce.example", HTTP),
        ("http://10.0.0.1:8080", HTTP),
        ("http://169.254.169.254", HTTP),
        ("http://127.0.0.1.evil.example", HTTP),
        ("http://localhost.evil.example", HTTP),
        ("http://[2001:db8::1]/", HTTP),
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
def test_url_unusable_is_rejected(call: Caller, url: Any, why: str) -> None:
    message = rejected(call, "identity_info", "endpoints.cce", why, endpoints={"cce": url})
    assert "hunter2" not in message
    if isinstance(url, str):
        message = rejected(call, "identity_info", "auth_url", why, auth_url=url)
        assert "hunter2" not in message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9"])
def test_url_plain_http_to_loopback_is_accepted(call: Caller, host: str) -> None:
    result = call("identity_info", endpoints={"iam": f"http://{host}:9"}, project_name=None)
    assert result["error_code"] == "NoReply"


@pytest.mark.parametrize(
    ("module", "option", "value"),
    [
        (module, option, value)
        for modules, options in BAD_OPTIONS
        for module in modules
        for option, values in options.items()
        for value in values
    ],
)
def test_option_out_of_range_or_of_another_module_is_rejected(
    call: Caller, module: str, option: str, value: Any
) -> None:
    rejected(call, module, option, **with_required(module, **{option: value}))


@pytest.mark.parametrize("concurrency", [1, 64])
def test_concurrency_limits_are_accepted(call: Caller, concurrency: int) -> None:
    assert not call("gaussdb_job_info", concurrency=concurrency).failed


@pytest.mark.parametrize("module", ["drs_job_info", "environment_info"])
def test_api_version_unknown_is_rejected(call: Caller, module: str) -> None:
    rejected(call, module, "api_version", "v5", "v3", api_version="v2")


@pytest.mark.parametrize(
    ("kinds", "hint"),
    [
        (["gausdb_job"], "kinds[0]: 'gausdb_job' is not a kind. Did you mean gaussdb_job?"),
        (["drs_job", "Drs_job"], "kinds[1]: 'Drs_job' is not a kind. Did you mean drs_job?"),
        (["drs"], "Did you mean drs_job?"),
        ("drs_job,gaussdb", "Did you mean gaussdb_job?"),
        ([""], "kinds[0]: must be a string that is not empty"),
        (["iam"], "kinds[0]: 'iam' is not a kind. The nearest is "),
        (7, "kinds[0]: '7' is not a kind. The nearest is "),
        ({"drs_job": 1}, "list"),
    ],
    ids=repr,
)
def test_kinds_unknown_name_is_rejected(call: Caller, kinds: Any, hint: str) -> None:
    rejected(call, "environment_info", "kinds", hint, kinds=kinds)


@pytest.mark.parametrize("kinds", ["records", ["all", "drs_job"], ["cce_job", "cce_job"], ["instances"], []], ids=repr)
def test_kinds_group_or_duplicate_name_is_accepted(call: Caller, kinds: Any) -> None:
    expected = {"cce_job"} if "cce_job" in kinds else set()
    groups = {"records": (False,), "instances": (True,), "all": (False, True)}
    for group, is_instance in groups.items():
        if group in kinds:
            offered = {name for name, kind in KINDS.items() if Cloud.OTC in kind.clouds}
            expected |= {name for name in offered if KINDS[name].is_instance in is_instance}
    assert set(call("environment_info", kinds=kinds)["listings"]) == expected


def test_required_options_are_accepted(cloud: CloudEmulator, call: Caller) -> None:
    """Without this test the others would pass if everything was rejected."""
    regions = {module: case.region for case in (*CASES, *INSTANCE_CASES) for module in (case.module, case.info_module)}
    for module in ALL_MODULES:
        cloud.load(small(region=regions.get(module, OTC)))
        assert not call(module, **with_required(module)).failed
        assert cloud.log != []
