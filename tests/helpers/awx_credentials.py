# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders the injectors of the credential type as AWX does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from awx_plugins.interfaces._temporary_private_api import Credential, ManagedCredentialType
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from checkout import ROOT

AWX = ROOT / "extensions" / "awx"
CREDENTIAL_TYPE = yaml.safe_load((AWX / "credential_type.yml").read_text(encoding="utf-8"))


def inject(values: Mapping[str, str], directory: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the environment of a job with a credential, and the environment that AWX displays."""
    (directory / "env").mkdir(exist_ok=True)
    fields = [{"type": "string", **entry} for entry in CREDENTIAL_TYPE["inputs"]["fields"]]
    name, kind, injectors = (CREDENTIAL_TYPE[key] for key in ("name", "kind", "injectors"))
    environment: dict[str, Any] = {}
    displayed: dict[str, Any] = {}
    credential_type = ManagedCredentialType("sundown", name, kind, {"fields": fields}, injectors)
    inject_credential(credential_type, Credential(dict(values)), environment, displayed, [], str(directory))
    return environment, displayed
