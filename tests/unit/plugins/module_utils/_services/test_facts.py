# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from a service's description, for each of the five."""

from __future__ import annotations

from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES


def test_whose_deletes_name_the_instance() -> None:
    assert [name for name, service in SERVICES.items() if service.by_instance] == ["dms"]


def test_whose_work_can_be_stopped() -> None:
    assert [name for name, service in SERVICES.items() if service.stoppable] == ["drs"]


def test_names_of_the_modules() -> None:
    assert {service.info_module for service in SERVICES.values()} == {
        "drs_job_info",
        "gaussdb_job_info",
        "dms_task_info",
        "dcs_task_info",
        "cce_job_info",
    }
