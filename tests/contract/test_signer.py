# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures and signed headers are those of the vendor's client."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.authenticators import KeyCredential
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.credentials import AccessKey
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.signer import DATE_HEADER, sign
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
# The vendor's client decodes a path before it divides it, so that an encoded slash would divide it too.
SEGMENTS = st.lists(TEXT.filter(lambda text: "/" not in text), max_size=6)
QUERIES = st.dictionaries(TEXT, TEXT, max_size=5)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"])
HOSTS = st.sampled_from(["drs.eu-de.otc.t-systems.com", "dcs.cn-north-4.myhuaweicloud.com", "127.0.0.1:8443"])
BODIES = st.none() | st.binary(max_size=200)
KEYS = st.text(string.ascii_letters + string.digits, min_size=4, max_size=40)
NAMES = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12).map("X-T".__add__)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
CONTENT_TYPES = st.sampled_from(
    [{}, {"Content-Type": "application/json"}, {"Content-Type": "application/json;charset=utf8"}]
)


def vendors(
    method: str,
    host: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes | None,
    keys: tuple[str, str],
) -> SdkRequest:
    request = SdkRequest(
        method=method,
        schema="https",
        host=host,
        resource_path=path,
        query_params=list(query.items()),
        header_params=dict(headers),
        body=body,
    )
    return Signer(BasicCredentials(*keys, "project")).sign(request)


@settings(max_examples=300, deadline=None)
@given(
    method=METHODS,
    host=HOSTS,
    segments=SEGMENTS,
    query=QUERIES,
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
    content_type=CONTENT_TYPES,
    body=BODIES,
    keys=st.tuples(KEYS, KEYS),
    moment=MOMENTS,
)
def test_sign_of_any_request_equals_vendor_signature(
    method: str,
    host: str,
    segments: list[str],
    query: dict[str, str],
    headers: dict[str, str],
    content_type: dict[str, str],
    body: bytes | None,
    keys: tuple[str, str],
    moment: datetime,
) -> None:
    by_name = {name.lower(): value for name, value in headers.items()}
    given_headers = {**by_name, **content_type, DATE_HEADER: moment.strftime("%Y%m%dT%H%M%SZ")}
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    theirs = vendors(method, host, path, query, given_headers, body, keys)

    url = f"https://{host}{path}" + ("?" + urlencode(query, quote_via=quote) if query else "")
    ours = {**by_name, **content_type}
    sign(method, url, ours, body, access_key=keys[0], secret_key=keys[1], now=moment)

    assert ours["Authorization"] == theirs.header_params["Authorization"]
    assert ours[DATE_HEADER] == theirs.header_params[DATE_HEADER]
    assert ours["Host"] == theirs.header_params["Host"]


@pytest.mark.parametrize("security_token", [None, "a-temporary-keys-token"])
def test_key_credential_adds_headers_of_vendor_client(security_token: str | None) -> None:
    """Project and security token are headers of their own, signed like all others."""
    ours = {"Content-Type": "application/json"}
    credential = KeyCredential(AccessKey("ACCESSKEY", "secret", security_token))
    credential.project_id = "0483b6b16e954cb88930a360d2c4e663"
    credential.sign("GET", "https://dms.eu-de.otc.t-systems.com/v2/x/instances?limit=50", ours, None)

    credentials = BasicCredentials("ACCESSKEY", "secret", credential.project_id)
    if security_token:
        credentials = credentials.with_security_token(security_token)
    request = SdkRequest(
        method="GET",
        schema="https",
        host="dms.eu-de.otc.t-systems.com",
        resource_path="/v2/x/instances",
        query_params=[("limit", 50)],
        header_params={"Content-Type": "application/json", DATE_HEADER: ours[DATE_HEADER]},
    )
    theirs = credentials.sign_request(request).header_params
    assert {name.lower(): value for name, value in ours.items()} == {
        name.lower(): value for name, value in theirs.items()
    }
