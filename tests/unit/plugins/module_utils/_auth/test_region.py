# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The region where none is given: the name of the project begins with it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller


def settings(fallback: str | None = None, **options: Any) -> ConnectionSettings:
    return ConnectionSettings.from_options({"token": "MIIabc", **options}, fallback_region=fallback)


@pytest.mark.parametrize("region", ["eu-de", "eu-nl", "eu-ch2", "cn-north-4"])
@pytest.mark.parametrize("ending", ["", "_shop"])
def test_region_is_beginning_of_project_name(region: str, ending: str) -> None:
    found = settings(project_name=region + ending)
    assert found.region == region
    (note,) = found.notes
    assert region in note and "name of the project" in note


@pytest.mark.parametrize(
    ("given", "fallback", "region"),
    [
        ({"region": "eu-nl"}, None, "eu-nl"),
        ({"region": "eu-nl"}, "eu-ch2", "eu-nl"),
        ({}, "eu-ch2", "eu-ch2"),
    ],
)
def test_region_given_precedes_project_name(given: dict[str, str], fallback: str | None, region: str) -> None:
    found = settings(fallback, project_name="eu-de_shop", **given)
    assert (found.region, found.notes) == (region, ())


def test_region_of_inventory_is_empty_where_nothing_names_one() -> None:
    assert settings("").region == "" and settings("", project_name="eu-de_shop").region == "eu-de"


@pytest.mark.parametrize("name", [None, "shop", "shop_eu-de", "EU-DE_shop", "eu_de_shop"])
def test_region_not_in_project_name_is_required(name: str | None) -> None:
    with pytest.raises(OptionError, match="region: required"):
        settings(project_name=name)


@pytest.mark.parametrize("region", ["eu-de", "cn-north-4"])
def test_region_of_project_name_is_noted_as_warning(cloud: CloudEmulator, call: Caller, region: str) -> None:
    cloud.load(small(region=region))
    # Ansible keeps the warnings of a process.
    result = call.in_process("environment_info", region=None)
    assert result["identity"]["region"] == region
    assert f"No region is given; {region} is used" in str(result["warnings"])
    assert "warnings" not in call.in_process("environment_info")
