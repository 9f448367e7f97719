# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""An entry of clouds.yaml (openstacksdk, Configuring applications)."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._errors import OptionError
from .._text import unknown_name

# Option -> its keys in an entry, in order of precedence.
_AUTH_KEYS = {
    "auth_url": ("auth_url",),
    "username": ("username",),
    "user_id": ("user_id",),
    "password": ("password",),
    "passcode": ("passcode",),
    "domain_name": ("user_domain_name", "domain_name"),
    "domain_id": ("user_domain_id", "domain_id"),
    "project_id": ("project_id", "tenant_id"),
    "project_name": ("project_name", "tenant_name"),
    "project_domain_name": ("project_domain_name",),
    "project_domain_id": ("project_domain_id",),
    "token": ("token",),
    "access_key": ("access_key", "ak"),
    "secret_key": ("secret_key", "sk"),
    "security_token": ("security_token",),
}
# Vendor profiles of openstacksdk and their regions; the region determines the URL of the identity service.
_PROFILES = {"otc": ("eu-de", "eu-nl"), "otc-swiss": ("eu-ch2",)}

_VARIABLES = {"clouds": "OS_CLIENT_CONFIG_FILE", "secure": "OS_CLIENT_SECURE_FILE"}


def yaml_import_error() -> str | None:
    """Return why PyYAML cannot be imported; it is only imported where ``cloud`` is set, as that takes time."""
    try:
        import yaml  # noqa: F401, PLC0415
    except ImportError:
        return traceback.format_exc()
    return None


def file_variables() -> dict[str, str]:
    """Return environment variables with which a process in another directory finds the same files.

    Their values are the absolute paths of the clouds.yaml and secure.yaml that the environment names or the current
    directory has; without such a clouds.yaml, the path that was searched first, so that an error can name it.
    """
    variables = {}
    for kind, variable in _VARIABLES.items():
        places = _named(kind) + _in_folder(Path.cwd(), kind)
        found = next((path for path in places if path.is_file()), places[0] if kind == "clouds" else None)
        if found:
            variables[variable] = str(found)
    return variables


def _files(kind: str) -> list[Path]:
    folders = (Path.cwd(), Path.home() / ".config" / "openstack", Path("/etc/openstack"))
    return list(dict.fromkeys([*_named(kind), *(path for folder in folders for path in _in_folder(folder, kind))]))


def _named(kind: str) -> list[Path]:
    named = os.environ.get(_VARIABLES[kind])
    return [Path(named).absolute()] if named else []


def _in_folder(folder: Path, kind: str) -> list[Path]:
    return [folder / f"{kind}{ending}" for ending in (".yaml", ".yml")]


def _entry(kind: str, cloud: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415

    for path in _files(kind):
        if not path.is_file():
            continue
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, ValueError, yaml.YAMLError) as error:
            # The parser's message quotes the line, which may hold a password.
            raise OptionError(f"cloud: {path} cannot be read as YAML ({type(error).__name__})") from None
        entries = data.get("clouds") if isinstance(data, dict) else None
        found = entries.get(cloud) if isinstance(entries, dict) else None
        if isinstance(found, dict):
            return found
        if kind == "clouds":
            names = entries if isinstance(entries, dict) else ()
            raise OptionError(f"cloud: {unknown_name(cloud, f'an entry of {path}', map(str, names))}")
    if kind == "clouds":
        places = ", ".join(map(str, _files(kind)))
        unset = "" if _named(kind) else f" ({_VARIABLES[kind]} is not set)"
        raise OptionError(f"cloud: no clouds.yaml with an entry {cloud} was found; searched {places}{unset}")
    return {}


def load_cloud(cloud: str, environment_region: str | None = None) -> dict[str, Any]:
    """Return the options that the entry ``cloud`` gives, secure.yaml included; raise `OptionError` without one.

    ``environment_region`` is the region that the environment names; an entry with several regions leaves the choice to
    it, and so does the profile of a vendor.
    """
    entry, secure = _entry("clouds", cloud), _entry("secure", cloud)
    merged = {**entry, **secure}
    auth = {**_mapping(entry.get("auth")), **_mapping(secure.get("auth"))}
    options: dict[str, Any] = {}
    for option, names in _AUTH_KEYS.items():
        value = next((auth[name] for name in names if auth.get(name)), None)
        if value is None:
            value = next((merged[name] for name in names if merged.get(name)), None)
        if value is not None:
            options[option] = str(value)
    region = merged.get("region_name") or _region(merged, environment_region)
    if region:
        options["region"] = str(region)
    if merged.get("cacert"):
        options["ca_cert"] = str(merged["cacert"])
    verify = _verify(cloud, merged)
    if verify is not None:
        options["validate_certs"] = verify
    return options


def _region(entry: Mapping[str, Any], wanted: str | None) -> Any:
    """Return the region of an entry that names none: the ``wanted`` one where it is allowed, else the first."""
    listed = entry.get("regions")
    names = [_mapping(region).get("name", region) for region in listed] if isinstance(listed, list) else []
    if names:
        return wanted if wanted in names else names[0]
    profile = _PROFILES.get(str(entry.get("profile")), ())
    return wanted or next(iter(profile), None)


def _verify(cloud: str, entry: Mapping[str, Any]) -> bool | None:
    """Return whether an entry wants certificates to be verified, None where it does not say."""
    verify, insecure = (_boolean(cloud, entry, key) for key in ("verify", "insecure"))
    if insecure or verify is False:
        return False
    return True if verify or insecure is False else None


def _boolean(cloud: str, entry: Mapping[str, Any], key: str) -> bool | None:
    value = entry.get(key)
    found = {"true": True, "false": False, "none": None}.get(str(value).strip().lower(), value)
    if found is not None and not isinstance(found, bool):
        raise OptionError(f"cloud: {key} of the entry {cloud} must be true or false")
    return found


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
