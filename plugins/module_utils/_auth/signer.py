# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Signatures with an access key (SDK-HMAC-SHA256, Huawei Cloud API Signing Guide)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "X-Sdk-Date"
_UNRESERVED = "-_.~"


def _encode(text: str) -> str:
    return quote(text, safe=_UNRESERVED)


def canonical_path(path: str) -> str:
    """Return the path as it is signed: every segment percent-encoded, and always a slash at the end."""
    encoded = "/".join(_encode(unquote(segment)) for segment in path.split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(query: str) -> str:
    """Return the query string as it is signed: sorted by name, then by value."""
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs)


def sign(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None,
    *,
    access_key: str,
    secret_key: str,
    now: datetime | None = None,
) -> None:
    """Add ``X-Sdk-Date``, ``Host`` and ``Authorization`` to ``headers``; all of ``headers`` is signed.

    Header names that hold an underscore are left out of the signature, as gateways drop them.
    """
    parts = urlsplit(url)
    moment = (now or datetime.now(timezone.utc)).astimezone(timezone.utc)
    headers[DATE_HEADER] = moment.strftime("%Y%m%dT%H%M%SZ")
    headers["Host"] = parts.netloc
    signed = {name.lower(): value.strip() for name, value in headers.items() if "_" not in name}
    names = ";".join(sorted(signed))
    request = "\n".join(
        (
            method.upper(),
            canonical_path(parts.path or "/"),
            canonical_query(parts.query),
            "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
            names,
            hashlib.sha256(body or b"").hexdigest(),
        )
    )
    to_sign = "\n".join((ALGORITHM, headers[DATE_HEADER], hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"
