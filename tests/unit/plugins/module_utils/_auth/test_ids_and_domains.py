# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, domains and the domains of projects, by ID or by name."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import DOMAIN, USER, CloudEmulator, small
from helpers.emulator_calls import Caller

USER_ID, DOMAIN_ID = "0" * 31 + "1", "0" * 31 + "2"
OTHER_DOMAIN = "OTC-EU-DE-OTHER"


@pytest.fixture
def cloud(cloud: CloudEmulator) -> CloudEmulator:
    """The user and the domain have known IDs, and there is another domain."""
    scenario = small()
    scenario["domains"] = [{"name": DOMAIN, "id": DOMAIN_ID}, OTHER_DOMAIN]
    scenario["users"][0]["id"] = USER_ID
    cloud.load(scenario)
    return cloud


def sent(call: Caller, **options: Any) -> tuple[Any, Any]:
    """User, without the password, and domain of the project of a login that succeeds."""
    result = call("identity_info", **options)
    assert (result["project_name"], result["user_name"]) == ("eu-de_retired", USER), result
    auth = call.cloud.log[0]["body"]["auth"]
    user = {key: value for key, value in auth["identity"]["password"]["user"].items() if key != "password"}
    return user, auth["scope"]["project"].get("domain")


NAMED = {"name": DOMAIN}
BY_ID = {"id": DOMAIN_ID}


@pytest.mark.parametrize(
    ("options", "user", "domain"),
    [
        ({"user_id": USER_ID, "username": None}, {"id": USER_ID}, NAMED),
        ({"user_id": USER_ID, "username": "wrong"}, {"id": USER_ID}, NAMED),
        ({"user_id": USER_ID, "username": None, "domain_name": None}, {"id": USER_ID}, None),
        ({"domain_id": DOMAIN_ID, "domain_name": None}, {"name": USER, "domain": BY_ID}, BY_ID),
        ({"user_domain_id": DOMAIN_ID, "domain_name": "wrong"}, {"name": USER, "domain": BY_ID}, BY_ID),
        ({"project_domain_name": DOMAIN}, {"name": USER, "domain": NAMED}, NAMED),
        ({"project_domain_id": DOMAIN_ID}, {"name": USER, "domain": NAMED}, BY_ID),
        ({"project_domain_id": DOMAIN_ID, "project_domain_name": "wrong"}, {"name": USER, "domain": NAMED}, BY_ID),
    ],
)
def test_login_id_precedes_name(call: Caller, options: dict[str, Any], user: Any, domain: Any) -> None:
    assert sent(call, **options) == (user, domain)


def test_login_project_id_needs_no_domain(call: Caller) -> None:
    options = {"user_id": USER_ID, "username": None, "domain_name": None, "project_name": None}
    assert sent(call, project_id=call.project_id, **options) == ({"id": USER_ID}, None)


def test_login_project_of_other_domain_is_asked_for_there(call: Caller) -> None:
    result = call("identity_info", project_domain_name=OTHER_DOMAIN)
    assert (result["http_status"], result["error_code"]) == (401, "IAM.0066")


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"user_id": USER_ID, "username": None, "password": None}, "password: required"),
        ({"domain_id": DOMAIN_ID, "username": None}, "username: required"),
        ({"domain_name": None}, "domain_name: required"),
    ],
)
def test_login_incomplete_names_missing_option(call: Caller, options: dict[str, Any], missing: str) -> None:
    result = call("identity_info", **options)
    assert result.failed and result["msg"].startswith(missing) and call.cloud.log == []


def test_token_given_is_renewed_by_user_id(call: Caller) -> None:
    token = call("identity_info", issue_token=True)["token"]
    call.cloud.expire_tokens()
    options = {"user_id": USER_ID, "username": None, "domain_name": None}
    assert call("identity_info", token=token, **options)["user_name"] == USER
