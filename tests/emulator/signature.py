# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes the SDK-HMAC-SHA256 signature that a request, as it was received, has to carry."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
MAX_SKEW_SECONDS = 900.0
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


@dataclass
class Authorization:
    """The parts of an Authorization header."""

    access: str
    signed_headers: list[str]
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    """The parts of ``SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…``; None when it is not of that form."""
    algorithm, _unused, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        return None
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if set(parts) != {"Access", "SignedHeaders", "Signature"} or not all(parts.values()):
        return None
    return Authorization(parts["Access"], parts["SignedHeaders"].split(";"), parts["Signature"])


def sdk_date(header: str) -> float | None:
    """Timestamp of an X-Sdk-Date header, or None."""
    try:
        return datetime.strptime(header, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None


def canonical_path(raw_path: str) -> str:
    """Every segment percent-encoded once, with a slash at the end."""
    encoded = "/".join(quote(unquote(segment), safe="-_.~") for segment in raw_path.split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(query: str) -> str:
    """Pairs sorted by name and value, both percent-encoded."""
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)


def signature_of(
    secret: str,
    method: str,
    raw_path: str,
    query: str,
    headers: Mapping[str, str],
    signed_headers: list[str],
    body: bytes,
) -> str:
    """The signature that this request must carry; ``headers`` has lower-case names."""
    payload = headers.get("x-sdk-content-sha256")
    payload_hash = UNSIGNED_PAYLOAD if payload == UNSIGNED_PAYLOAD else hashlib.sha256(body).hexdigest()
    names = sorted(signed_headers)
    canonical = "\n".join(
        (
            method,
            canonical_path(raw_path),
            canonical_query(query),
            "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names),
            ";".join(names),
            payload_hash,
        )
    )
    to_sign = "\n".join((ALGORITHM, headers.get("x-sdk-date", ""), hashlib.sha256(canonical.encode()).hexdigest()))
    return hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
