# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is in Keystone, made through its own API."""

from __future__ import annotations

from typing import Any

import requests

from helpers.logins import TIMEOUT, log_in

from .installation import ADMIN_PASSWORD

DOMAIN, OTHER_DOMAIN = "OTC-EU-DE-KEYSTONE", "OTC-EU-DE-OTHER"
RETIRED, NEIGHBOUR = "eu-de_retired", "eu-de_neighbour"
ODDLY_NAMED = "eu-de_{{ 6 * 7 }}"
PASSWORD, OTHER_PASSWORD = "keystone-pässword-4711", "other-password-0815"
# Of the virtual MFA device, as Base32.
DEVICE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MFA = {"multi_factor_auth_enabled": True, "multi_factor_auth_rules": [["password", "totp"]]}


class Administrator:
    """Creates things through Keystone's own API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        default = {"id": "default"}
        user = {"name": "admin", "domain": default, "password": ADMIN_PASSWORD}
        scope = {"project": {"name": "admin", "domain": default}}
        answer = log_in(url, user, scope)
        self.session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        self.roles = {role["name"]: role["id"] for role in self("GET", "/roles")["roles"]}

    def __call__(self, method: str, path: str, document: Any = None, **headers: str) -> Any:
        answer = self.session.request(method, f"{self.url}/v3{path}", json=document, headers=headers, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def make(self, kind: str, **attributes: Any) -> str:
        """Create a domain, project, user or credential and return its id."""
        created: str = self("POST", f"/{kind}s", {kind: attributes})[kind]["id"]
        return created

    def grant(self, project: str, user: str) -> None:
        self("PUT", f"/projects/{project}/users/{user}/roles/{self.roles['member']}")

    def revoke(self, token: str) -> None:
        self("DELETE", "/auth/tokens", **{"X-Subject-Token": token})


class Landscape:
    """Two domains that each have a project eu-de_retired and a user operator; ids by name where a test needs them.

    The user visitor has a role in both projects, and the user guarded needs a passcode.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.administrator = make = Administrator(url)
        self.domain = make.make("domain", name=DOMAIN)
        self.other_domain = make.make("domain", name=OTHER_DOMAIN)
        self.retired = make.make("project", name=RETIRED, domain_id=self.domain)
        self.neighbour = make.make("project", name=NEIGHBOUR, domain_id=self.domain)
        self.oddly_named = make.make("project", name=ODDLY_NAMED, domain_id=self.domain)
        make.make("project", name="eu-de_invisible", domain_id=self.domain)
        self.others_retired = make.make("project", name=RETIRED, domain_id=self.other_domain)
        self.operator = self._user("operator", self.domain, PASSWORD, self.retired, self.neighbour, self.oddly_named)
        self._user("operator", self.other_domain, OTHER_PASSWORD, self.others_retired)
        self._user("stranger", self.domain, PASSWORD)
        self._user("visitor", self.domain, PASSWORD, self.retired, self.others_retired)
        self.guarded = self._user("guarded", self.domain, PASSWORD, self.retired)
        make.make("credential", type="totp", user_id=self.guarded, blob=DEVICE_SECRET)
        make("PATCH", f"/users/{self.guarded}", {"user": {"options": MFA}})
        disabled = self._user("disabled", self.domain, PASSWORD, self.retired)
        make("PATCH", f"/users/{disabled}", {"user": {"enabled": False}})

    def _user(self, name: str, domain: str, password: str, *projects: str) -> str:
        user = self.administrator.make("user", name=name, domain_id=domain, password=password)
        for project in projects:
            self.administrator.grant(project, user)
        return user

    def token(self, project: str | None = None, url: str | None = None) -> str:
        """A token of the operator, scoped to a project's id; ``url``: of a Keystone that shares the database."""
        scope = {"project": {"id": project}} if project else None
        answer = log_in(url or self.url, {"id": self.operator, "password": PASSWORD}, scope)
        return answer.headers["X-Subject-Token"]
