# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of a Keystone. Here a second emulator takes its place, as its IAM has the same API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, keystone, small

TASKS = "/v3/{p}/tasks"


@pytest.fixture
def pair(start: Callable[..., CloudEmulator]) -> tuple[CloudEmulator, CloudEmulator]:
    issuer = start()
    scenario = {
        **small(),
        "users": [{"name": "unused"}],
        "access_keys": [],
        "keystone": issuer.endpoints["iam"] + "/v3",
    }
    return issuer, start(scenario)


@pytest.fixture
def client(pair: tuple[CloudEmulator, CloudEmulator], log_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    issuer, cloud = pair
    monkeypatch.setattr(keystone, "CACHE_SECONDS", 0.0)
    made = log_in(issuer)
    made.cloud = cloud
    return made


def test_token_of_keystone_opens_project_of_same_id(client: Any, pair: tuple[CloudEmulator, CloudEmulator]) -> None:
    issuer, cloud = pair
    assert client("gaussdb", "GET", TASKS).json()["total_count"] == 3
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/a-gauss-1").status_code == 200
    assert len(cloud.records(PROJECT, "gaussdb")) == 2
    assert len(issuer.records(PROJECT, "gaussdb")) == 3


def test_token_unknown_or_expired_at_keystone_refused(client: Any, pair: tuple[CloudEmulator, CloudEmulator]) -> None:
    assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": "MIIEwrong"}).status_code == 401
    assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": None}).status_code == 401
    assert client("gaussdb", "GET", TASKS).status_code == 200
    pair[0].expire_tokens()
    assert client("gaussdb", "GET", TASKS).status_code == 401


def test_token_expired_in_emulator_stays_expired(client: Any) -> None:
    assert client("gaussdb", "GET", TASKS).status_code == 200
    client.cloud.expire_tokens()
    assert client("gaussdb", "GET", TASKS).status_code == 401


def test_answers_of_keystone_cached(
    client: Any, pair: tuple[CloudEmulator, CloudEmulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystone, "CACHE_SECONDS", 60.0)
    for _round in range(5):
        assert client("gaussdb", "GET", TASKS).status_code == 200
    assert pair[0].counters()["iam"]["GET"] == {"200": 1}
