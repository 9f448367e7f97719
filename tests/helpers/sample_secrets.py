# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of every kind, ways to log in with them, ways in which they come back, and the search for parts of them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from emulator import ACCESS_KEY, DOMAIN, PROJECT, TEMPORARY_KEY, USER, CloudEmulator, small

from .agencies import AGENT, WITH_PASSWORD, with_agency
from .kind_cases import INSTANCE_KINDS, REQUIRED_OPTIONS, SERVICES
from .logins import log_in
from .metadata_service import Metadata

PASSWORD = "Zq7\"w\\ä'<9>&vK4 %tR2"
SECRET_KEY = "Xk3Jd9WqLm2Vb7Tz5Rn8Hc4Pf6Gs1YtUa0EoBiQw"
TEMPORARY_SECRET_KEY = "Mv5Ch8Zr2Kx9Lp4Wd7Qj3Bn6Tf1Gs0YhUeAoJiRk"
AGENT_SECRET_KEY = "Wp4Gx7Tn1Ld9Kv5Rz8Bm3Hq6Cs2Jf0YyUaEoIkPi"
# A real one has six digits, which may occur anywhere.
PASSCODE = "Jw5Tq8Zx2Vn6"
SECURITY_TOKEN = "kT9vQ3zX7mW2cR5bL8nJ4hF6dP1gS0yUeAoIiZxKqVjM"
# Shorter parts than this may occur anywhere by chance.
PART = 10

LOGINS = (
    *("password", "environment", "access key", "temporary key", "token", "clouds.yaml"),
    *("passcode", "agency token", "agency key", "metadata", "credentials file"),
)
CAUTIOUS, AGENT_KEY = "cautious", "SAMPLEAGENTKEY000000"

# Every module for a kind of the cloud with the options that it requires; one of the records to delete is running.
MODULE_CALLS: dict[str, dict[str, Any]] = {
    **{name: REQUIRED_OPTIONS[name] for name in ("identity_info", "environment_info", "environment")},
    **{case.info_module: {} for case in (*SERVICES, *INSTANCE_KINDS)},
    **{case.module: case.options(case.ids[:2]) for case in SERVICES},
    **{case.module: {**case.options(case.ids), "wait_timeout": 0.2} for case in INSTANCE_KINDS},
}


def scenario() -> dict[str, Any]:
    changed = with_agency(small())
    for user in changed["users"]:
        user["password"] = PASSWORD
    # More than there are modules, each of which logs in.
    passcodes = [PASSCODE] * 100
    changed["users"].append({"name": CAUTIOUS, "password": PASSWORD, "domain": DOMAIN, "passcodes": passcodes})
    temporary = {"secret": TEMPORARY_SECRET_KEY, "security_token": SECURITY_TOKEN}
    changed["access_keys"] = [
        {"access": ACCESS_KEY, "secret": SECRET_KEY, "user": USER},
        {"access": TEMPORARY_KEY["access"], **temporary, "user": USER},
        {"access": AGENT_KEY, "secret": AGENT_SECRET_KEY, "user": AGENT},
    ]
    return changed


class Secrets:
    """Everything that must not be shown: what was given, what was issued, and what was computed from it."""

    def __init__(self, cloud: CloudEmulator) -> None:
        self.cloud = cloud
        # To be served by whoever uses it.
        self.metadata = Metadata(cloud)
        self._token: str | None = None

    def options(self, login: str, directory: Path) -> tuple[dict[str, Any], dict[str, str]]:
        """Options and environment of a login; files are written into the directory."""
        common = {"region": "eu-de", "project_name": PROJECT, "endpoints": self.cloud.endpoints}
        if login == "password":
            return {**common, "username": USER, "password": PASSWORD, "domain_name": DOMAIN}, {}
        if login == "environment":
            return common, {"OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
        if login == "access key":
            return {**common, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, {}
        if login == "temporary key":
            key = {"access_key": TEMPORARY_KEY["access"], "secret_key": TEMPORARY_SECRET_KEY}
            return {**common, **key, "security_token": SECURITY_TOKEN}, {}
        if login == "token":
            self._token = self._token or self._log_in()
            return {**common, "token": self._token}, {}
        if login == "metadata":
            return {**common, "metadata": True}, {}
        if login == "passcode":
            with_password = {"username": CAUTIOUS, "password": PASSWORD, "domain_name": DOMAIN}
            return {**common, **with_password, "passcode": PASSCODE}, {}
        if login == "agency token":
            return {**common, **WITH_PASSWORD, "password": PASSWORD}, {}
        if login == "agency key":
            agency = {name: WITH_PASSWORD[name] for name in ("agency_name", "agency_domain_name")}
            return {**common, **agency, "access_key": AGENT_KEY, "secret_key": AGENT_SECRET_KEY}, {}
        if login == "credentials file":
            path = directory / "credentials"
            path.write_text(f"[basic]\nak = {ACCESS_KEY}\nsk = {SECRET_KEY}\n")
            return common, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)}
        clouds = directory / "clouds.yaml"
        auth = {"username": USER, "password": PASSWORD, "user_domain_name": DOMAIN, "project_name": PROJECT}
        clouds.write_text(yaml.safe_dump({"clouds": {"retired": {"region_name": "eu-de", "auth": auth}}}))
        return {"cloud": "retired", "endpoints": self.cloud.endpoints}, {"OS_CLIENT_CONFIG_FILE": str(clouds)}

    def given(self, login: str) -> list[str]:
        """The secrets of a login."""
        if login == "token":
            assert self._token
            return [self._token]
        given = {
            "access key": [SECRET_KEY],
            "temporary key": [TEMPORARY_SECRET_KEY, SECURITY_TOKEN],
            "passcode": [PASSWORD, PASSCODE],
            "agency key": [AGENT_SECRET_KEY],
            "credentials file": [SECRET_KEY],
            "metadata": [],
        }
        return given.get(login, [PASSWORD])

    def _log_in(self) -> str:
        user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
        scope = {"project": {"name": PROJECT, "domain": {"name": DOMAIN}}}
        return log_in(self.cloud.endpoints["iam"], user, scope).headers["X-Subject-Token"]

    def all(self) -> set[str]:
        """Every secret so far: the given ones, and tokens and signatures that were sent."""
        sent = [entry["headers"] for entry in self.cloud.log]
        tokens = {headers.get(name) for headers in sent for name in ("x-auth-token", "x-subject-token")}
        signatures = re.findall(r"Signature=(\w+)", " ".join(headers.get("authorization", "") for headers in sent))
        keys = self.cloud.loaded.identity.access_keys.values()
        issued = [secret for key in keys for secret in (key.secret, key.security_token)]
        return {PASSWORD, PASSCODE, *filter(None, [*issued, *tokens]), *self.metadata.tokens, *signatures}

    def shown_in(self, text: str) -> list[str]:
        """The secrets of which the text shows any part, in any spelling."""
        return shown(text, self.all())


def spellings(secret: str) -> set[str]:
    in_json = json.dumps(secret)[1:-1]
    return {
        secret,
        in_json,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(in_json)[1:-1],
        html.escape(secret),
        quote(secret),
        repr(secret)[1:-1],
    }


def shown(text: str, secrets: Iterable[str]) -> list[str]:
    """The secrets of which ten characters in a row occur in the text."""
    owners = {part: secret for secret in secrets for one in spellings(secret) for part in parts_of(one)}
    return sorted({owners[part] for part in parts_of(text) if part in owners})


def parts_of(text: str) -> Iterator[str]:
    return (text[start : start + PART] for start in range(len(text) - PART + 1))


def nothing_fails(secrets: Secrets, login: str) -> None:
    """Every request succeeds."""


def login_fails(secrets: Secrets, login: str) -> None:
    secrets.cloud.faults.add("echo", status=401)


def everything_fails(secrets: Secrets, login: str) -> None:
    secrets.cloud.faults.add("echo", status=500)


def services_refuse(secrets: Secrets, login: str) -> None:
    for case in SERVICES:
        secrets.cloud.faults.add("echo", status=403, service=case.service)


def success_holds_secrets(secrets: Secrets, login: str) -> None:
    text = " ".join(secrets.given(login))
    body = {"error_code": text, "error_msg": text, "results": [{"id": "a-drs-1", "error_msg": text}]}
    secrets.cloud.faults.add("status", status=200, body=body, method="DELETE")


def request_id_holds_secrets(secrets: Secrets, login: str) -> None:
    header = " ".join(secret for secret in secrets.given(login) if secret.isascii())
    secrets.cloud.faults.add("status", status=400, body={"error_code": "X.1"}, headers={"X-Request-Id": header})


Fault = Callable[[Secrets, str], None]
FAULTS: tuple[Fault, ...] = (
    nothing_fails,
    login_fails,
    everything_fails,
    services_refuse,
    success_holds_secrets,
    request_id_holds_secrets,
)
