# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agency: a user of one account may act in the account that the project to decommission belongs to."""

from __future__ import annotations

from typing import Any

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, TEMPORARY_KEY

OWN_DOMAIN, AGENT, AGENCY = "OTC-EU-DE-OWN", "agent", "decommission"
# The options of the agent; the project is one of the other account.
WITH_PASSWORD: dict[str, Any] = {
    "username": AGENT,
    "password": PASSWORD,
    "domain_name": OWN_DOMAIN,
    "agency_name": AGENCY,
    "agency_domain_name": DOMAIN,
}
NO_PASSWORD: dict[str, Any] = dict.fromkeys(("username", "password", "domain_name"))
WITH_KEY: dict[str, Any] = {
    **WITH_PASSWORD,
    **NO_PASSWORD,
    "access_key": ACCESS_KEY,
    "secret_key": SECRET_KEY,
}


def with_agency(scenario: dict[str, Any]) -> dict[str, Any]:
    """A scenario with an agency; access keys and passwords are the agent's, who has no project."""
    scenario["domains"] = [DOMAIN, OWN_DOMAIN]
    scenario["users"].append({"name": AGENT, "password": PASSWORD, "domain": OWN_DOMAIN, "projects": []})
    scenario["access_keys"] = [
        {"access": ACCESS_KEY, "secret": SECRET_KEY, "user": AGENT},
        {**TEMPORARY_KEY, "user": AGENT},
    ]
    scenario["agencies"] = [{"name": AGENCY, "domain": DOMAIN, "trusted": OWN_DOMAIN}]
    return scenario
