# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The region that a project's name begins with."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.names import region_warning


@pytest.mark.parametrize(
    ("project", "region"),
    [
        ("eu-de_shop", "eu-nl"),
        ("eu-de", "eu-ch2"),
        ("eu-ch2_a_b", "eu-de"),
        ("cn-north-4_shop", "cn-north-1"),
        ("eu-de_shop", "eu-west-101"),
        ("ap-southeast-1", "eu-de"),
    ],
)
def test_project_of_another_region_is_warned_about(project: str, region: str) -> None:
    assert region_warning(project, region) == (
        f"decommission_project: {project} begins with the region {project.partition('_')[0]}, but is in {region};"
        f" is {region} the right region?"
    )


@pytest.mark.parametrize(
    ("project", "region"),
    [
        ("eu-de_shop", "eu-de"),
        ("eu-de", "eu-de"),
        ("cn-north-4_shop", "cn-north-4"),
        ("MOS", "eu-de"),
        ("shop", "eu-de"),
        ("eu-shop_test", "eu-de"),
        ("my-web-shop", "eu-de"),
        ("", "eu-de"),
    ],
)
def test_project_of_same_or_no_region_is_not_warned_about(project: str, region: str) -> None:
    assert region_warning(project, region) is None
