# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Regions, their clouds and the hosts of services."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ._errors import OptionError, UnsupportedError
from ._text import printable

OTC_REGIONS = frozenset({"eu-de", "eu-nl", "eu-ch2"})
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# Regions of Huawei Cloud, such as cn-north-4 or la-south-2, of which there are ever more.
_HUAWEI_REGION = re.compile(r"[a-z]{2}-[a-z]+-[0-9]{1,3}")


class Cloud(enum.Enum):
    """The two public clouds; the region alone decides which one is meant."""

    OTC = "T Cloud Public"
    HUAWEI = "Huawei Cloud"


ALL_CLOUDS = frozenset(Cloud)
# begin generated: services
SERVICES = ("iam", "drs", "gaussdb", "dms", "dcs", "cce", "rds", "taurusdb")
# end generated


def cloud_of(region: str) -> Cloud:
    """Return the cloud that ``region`` belongs to."""
    return Cloud.OTC if region in OTC_REGIONS else Cloud.HUAWEI


def check_region(region: str | None, option: str = "region") -> str:
    """Return ``region`` where it has the form of one; raise `OptionError` naming ``option`` otherwise."""
    if not region or not region.strip():
        raise OptionError(f"{option}: required (or set OS_REGION_NAME or HW_REGION_NAME)")
    if not _REGION.fullmatch(region):
        raise OptionError(
            f"{option}: must be the name of a region such as eu-de or cn-north-4, not {printable(repr(region))}"
        )
    return region


def unknown_host_advice(region: str) -> str:
    """Return what to add to the error for an unknown host with ``region`` in its name."""
    if cloud_of(region) is Cloud.OTC:
        return ""
    others = f"{Cloud.OTC.value} ({', '.join(sorted(OTC_REGIONS))})"
    return f"; {region} is no region of {others}, so {Cloud.HUAWEI.value} was meant: is the region right?"


def region_of_project(name: str) -> str | None:
    """Return the region that a project's name begins with, as IAM has it: ``eu-de`` or ``eu-de_shop``."""
    prefix = name.partition("_")[0]
    return prefix if prefix in OTC_REGIONS or _HUAWEI_REGION.fullmatch(prefix) else None


@dataclass(frozen=True)
class Endpoints:
    """The hosts of a service on both clouds. ``{region}`` in a pattern stands for the region.

    ``regions`` holds the exceptions. ``None`` means that no endpoint is published, on a cloud or in a region
    (Regions and Endpoints of T Cloud Public; Regions and Endpoints of Huawei Cloud).
    ``tokens_only``: the clouds that document no access keys for the service.
    """

    otc: str | None = None
    huawei: str | None = None
    regions: Mapping[str, str | None] = field(default_factory=dict)
    tokens_only: frozenset[Cloud] = frozenset()

    def url(self, service: str, region: str) -> str:
        """Return the base URL in ``region``; raise `UnsupportedError` where none is known."""
        default = self.otc if cloud_of(region) is Cloud.OTC else self.huawei
        host = self.regions.get(region, default)
        if host is None:
            raise UnsupportedError(
                f"no endpoint is known in region {region}; if there is one, name it in endpoints.{service}",
                error_code="NoEndpoint",
                service=service,
            )
        return "https://" + host.format(region=region)


IAM_ENDPOINTS = Endpoints(
    otc="iam.{region}.otc.t-systems.com",
    huawei="iam.{region}.myhuaweicloud.com",
    regions={
        "eu-ch2": "iam-pub.eu-ch2.sc.otc.t-systems.com",
        "eu-west-101": "iam.eu-west-101.myhuaweicloud.eu",
    },
)
