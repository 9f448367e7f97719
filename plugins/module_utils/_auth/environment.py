# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The environment variables of options."""

from __future__ import annotations

import os

from .._errors import OptionError

# Option -> environment variables in order of precedence.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "region": ("OS_REGION_NAME", "HW_REGION_NAME"),
    "project_id": ("OS_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "project_name": ("OS_PROJECT_NAME", "HW_PROJECT_NAME"),
    "auth_url": ("OS_AUTH_URL", "HW_AUTH_URL"),
    "username": ("OS_USERNAME", "HW_USER_NAME"),
    "password": ("OS_PASSWORD", "HW_USER_PASSWORD"),
    "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME", "HW_DOMAIN_NAME"),
    "user_id": ("OS_USER_ID", "HW_USER_ID"),
    "domain_id": ("OS_USER_DOMAIN_ID", "OS_DOMAIN_ID", "HW_DOMAIN_ID"),
    "project_domain_name": ("OS_PROJECT_DOMAIN_NAME",),
    "project_domain_id": ("OS_PROJECT_DOMAIN_ID",),
    "passcode": ("OS_PASSCODE",),
    "agency_name": ("OS_AGENCY_NAME", "HW_ASSUME_ROLE_AGENCY_NAME"),
    "agency_domain_name": ("OS_AGENCY_DOMAIN_NAME", "HW_ASSUME_ROLE_DOMAIN_NAME"),
    "token": ("OS_TOKEN", "OS_AUTH_TOKEN", "HW_AUTH_TOKEN"),
    "access_key": ("OS_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY", "OTC_SDK_AK"),
    "secret_key": ("OS_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY", "OTC_SDK_SK"),
    "security_token": ("OS_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"),
    "cloud": ("OS_CLOUD",),
    "ca_cert": ("OS_CACERT",),
}


INSECURE = "OS_INSECURE"
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def is_insecure() -> bool:
    """Tell whether the environment says that certificates are not to be verified; raise `OptionError` if unclear."""
    value = os.environ.get(INSECURE, "").strip().lower()
    if value not in (*_TRUE, *_FALSE):
        raise OptionError(f"{INSECURE}: must be true or false")
    return value in _TRUE


def from_environment(option: str) -> str | None:
    """Return the value of the first variable of ``option`` that is set; AWX sets those of empty fields to nothing."""
    return next((os.environ[name] for name in ENVIRONMENT.get(option, ()) if os.environ.get(name)), None)
