# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each service lists and refuses, written from the services' documentation and not from the declarations."""

from __future__ import annotations

from typing import Any, NamedTuple


class Expectation(NamedTuple):
    """Path of a list, and status and code of refusals: a bad token, another project's token, too many requests."""

    path: str
    invalid_token: tuple[int, str]
    other_project: tuple[int, str]
    throttled: tuple[int, str]


GATEWAY_THROTTLED = (429, "APIGW.0308")
RECORD_SERVICES = {
    "gaussdb": Expectation("/v3/{p}/tasks", (403, "DBS.280056"), (403, "DBS.201003"), GATEWAY_THROTTLED),
    "drs": Expectation("/v5/{p}/jobs?job_type=sync", (403, "DRS.M00100"), (403, "DRS.M00261"), (400, "DRS.M01503")),
    "dms": Expectation(
        "/v2/{p}/instances/a-kafka-1/tasks", (401, "DMS.10240101"), (401, "DMS.10240104"), (404, "DMS.10240407")
    ),
    "cce": Expectation(
        "/api/v2/projects/{p}/jobs", (401, "CCE.01401001"), (403, "CCE.01403001"), (429, "CCE.02429001")
    ),
    "dcs": Expectation("/v2/{p}/tasks", (401, "DCS.1001"), (403, "DCS.2003"), GATEWAY_THROTTLED),
    "rds": Expectation("/v3/{p}/tasklist", (403, "DBS.280056"), (403, "DBS.201003"), GATEWAY_THROTTLED),
}
SERVICES = {
    **RECORD_SERVICES,
    "iam": Expectation("/v3/auth/projects", (401, "APIGW.0301"), (403, "IAM.0003"), (429, "IAM.0012")),
}


def refusal(response: Any) -> tuple[int, str]:
    """Status and error code of a response, whichever error body it has."""
    document = response.json()
    return response.status_code, document.get("error_code") or document.get("errorCode")
