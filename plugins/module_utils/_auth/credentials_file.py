# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The credentials file of the vendor's SDKs: an INI file with an access key in its section basic."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._errors import OptionError

VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
DEFAULT = "~/.huaweicloud/credentials"
_SECTION = "basic"
_KEYS = {
    "access_key": "ak",
    "secret_key": "sk",
    "security_token": "security_token",
    "project_id": "project_id",
    "auth_url": "iam_endpoint",
}


def load_credentials_file() -> dict[str, str]:
    """Return the options that the file gives, none where there is no file and the environment names none.

    Raises `OptionError` for a file that cannot be read, and for a named one without an access key.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named or DEFAULT).expanduser()
    if not named and not path.is_file():
        return {}
    section = _read(path)
    options = {option: section[key] for option, key in _KEYS.items() if section.get(key)}
    if "access_key" in options and "secret_key" in options:
        return options
    if named:
        raise OptionError(f"{VARIABLE}: {path} has no ak and sk in a section [{_SECTION}]")
    return {}


def _read(path: Path) -> Mapping[str, Any]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error) as error:
        # The parser's message quotes the line, which may hold a secret.
        raise OptionError(f"{VARIABLE}: {path} cannot be read ({type(error).__name__})") from None
    return parser[_SECTION] if parser.has_section(_SECTION) else {}
