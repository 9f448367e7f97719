# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of every kind, ways to log in with them, and the search for them or for parts of them."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import yaml

from emulator import ACCESS_KEY, DOMAIN, PROJECT, TEMPORARY_KEY, USER, CloudEmulator, small

PASSWORD = "Zq7\"w\\ä'<9>&vK4 %tR2"
SECRET_KEY = "Xk3Jd9WqLm2Vb7Tz5Rn8Hc4Pf6Gs1YtUa0EoBiQw"
TEMPORARY_SECRET_KEY = "Mv5Ch8Zr2Kx9Lp4Wd7Qj3Bn6Tf1Gs0YhUeAoJiRk"
SECURITY_TOKEN = "kT9vQ3zX7mW2cR5bL8nJ4hF6dP1gS0yUeAoIiZxKqVjM"
# Shorter parts than this may stand anywhere by chance.
PART = 10

KINDS = ("password", "environment", "access key", "temporary key", "token", "clouds.yaml")


def scenario() -> dict[str, Any]:
    changed = small()
    changed["users"][0]["password"] = PASSWORD
    changed["access_keys"] = [
        {"access": ACCESS_KEY, "secret": SECRET_KEY, "user": USER},
        {
            "access": TEMPORARY_KEY["access"],
            "secret": TEMPORARY_SECRET_KEY,
            "security_token": SECURITY_TOKEN,
            "user": USER,
        },
    ]
    return changed


class Secrets:
    """Everything that must not be seen: what was given, what was issued, and what was computed from it."""

    def __init__(self, cloud: CloudEmulator) -> None:
        self.cloud = cloud
        self._token: str | None = None

    def options(self, kind: str, directory: Path) -> tuple[dict[str, Any], dict[str, str]]:
        """Options and environment of a login of this kind; files go into the directory."""
        common = {"region": "eu-de", "project_name": PROJECT, "endpoints": self.cloud.endpoints}
        user = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN}
        if kind == "password":
            return {**common, **user}, {}
        if kind == "environment":
            return common, {"OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
        if kind == "access key":
            return {**common, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, {}
        if kind == "temporary key":
            key = {"access_key": TEMPORARY_KEY["access"], "secret_key": TEMPORARY_SECRET_KEY}
            return {**common, **key, "security_token": SECURITY_TOKEN}, {}
        if kind == "token":
            self._token = self._token or self._log_in()
            return {**common, "token": self._token}, {}
        clouds = directory / "clouds.yaml"
        auth = {"username": USER, "password": PASSWORD, "user_domain_name": DOMAIN, "project_name": PROJECT}
        clouds.write_text(yaml.safe_dump({"clouds": {"retired": {"region_name": "eu-de", "auth": auth}}}))
        return {"cloud": "retired", "endpoints": self.cloud.endpoints}, {"OS_CLIENT_CONFIG_FILE": str(clouds)}

    def given(self, kind: str) -> list[str]:
        """The secrets that a login of this kind takes."""
        if kind == "access key":
            return [SECRET_KEY]
        if kind == "temporary key":
            return [TEMPORARY_SECRET_KEY, SECURITY_TOKEN]
        if kind == "token":
            assert self._token
            return [self._token]
        return [PASSWORD]

    def _log_in(self) -> str:
        user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
        scope = {"project": {"name": PROJECT, "domain": {"name": DOMAIN}}}
        auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{self.cloud.endpoints['iam']}/v3/auth/tokens", json={"auth": auth}, timeout=10)
            answer.raise_for_status()
            return answer.headers["X-Subject-Token"]

    def all(self) -> set[str]:
        """Every secret there is so far: the given ones, and tokens and signatures that went over the wire."""
        found = {PASSWORD, SECRET_KEY, TEMPORARY_SECRET_KEY, SECURITY_TOKEN}
        for entry in self.cloud.log:
            found |= {
                entry["headers"][name] for name in ("x-auth-token", "x-subject-token") if name in entry["headers"]
            }
            signature = re.search("Signature=(\\w+)", entry["headers"].get("authorization", ""))
            found |= {signature[1]} if signature else set()
        return found

    def seen_in(self, text: str) -> list[str]:
        """The secrets of which the text shows any part, in any spelling."""
        return sorted(secret for secret in self.all() if shows(text, secret))


def spellings(secret: str) -> set[str]:
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
        html.escape(secret),
        quote(secret),
        repr(secret)[1:-1],
    }


def shows(text: str, secret: str) -> bool:
    """Whether ten characters in a row of the secret stand in the text."""
    return any(
        spelling[start : start + PART] in text
        for spelling in spellings(secret)
        for start in range(len(spelling) - PART + 1)
    )
