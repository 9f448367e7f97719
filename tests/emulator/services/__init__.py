# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services: each module of this package that has a ``SERVICE`` declares one, with its kinds."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from emulator.declarations import KindMock, ServiceMock

_MODULES = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
SERVICES: dict[str, ServiceMock] = {
    module.SERVICE.name: module.SERVICE for module in _MODULES if hasattr(module, "SERVICE")
}
KINDS: dict[str, KindMock] = {kind.name: kind for service in SERVICES.values() for kind in service.kinds}


def kind_named(name: str) -> KindMock:
    """The kind of that name; a service's name means its first kind. KeyError for any other name."""
    for kind in KINDS.values():
        if name in (kind.name, kind.key):
            return kind
    raise KeyError(f"no kind {name!r}; known are {', '.join(KINDS)}")
