# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures: the vendor's published example, vectors made with its SDK, and single rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlencode

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.signer import canonical_path, canonical_query, sign
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.signature import signature_of

PROJECT = "0483b6b16e954cb88930a360d2c4e663"
SAMPLE = ("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
KEY = ("EXAMPLEAK0000000000A", "EXAMPLESK000000000000000000000000000000A")
NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
AS_JSON = {"Content-Type": "application/json"}
OF_PROJECT = {"X-Project-Id": PROJECT}


@dataclass(frozen=True)
class Vector:
    """A request and the signature that it must get."""

    method: str
    url: str
    signature: str
    names: str
    key: tuple[str, str] = KEY
    now: datetime = NOON
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


VECTORS = {
    "published example": Vector(
        "GET",
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
        "content-type;host;x-sdk-date",
        SAMPLE,
        datetime(2019, 11, 15, 3, 36, 55, tzinfo=timezone.utc),
        AS_JSON,
    ),
    "delete": Vector(
        "DELETE",
        f"https://gaussdb.eu-de.otc.t-systems.com/v3/{PROJECT}/jobs/6b00c41d-d54f-4bcb-80da-566ccedc2b5d",
        "5d09fdd0d44967009845ea832edebd3b91ed714e9d39ea05f8a8e9e327c38bd5",
        "content-type;host;x-project-id;x-sdk-date",
        headers={**AS_JSON, **OF_PROJECT},
    ),
    "delete with a body": Vector(
        "DELETE",
        f"https://drs.eu-de.otc.t-systems.com/v3/{PROJECT}/jobs/batch-jobs",
        "3363d95b55be4ef7b954a681d005342e9f0625400485ca4d01e4586b86e3f3d9",
        "content-type;host;x-project-id;x-sdk-date",
        headers={**AS_JSON, **OF_PROJECT},
        body=b'{"jobs":[{"delete_type":"delete","job_id":"140b5236-88ad-43c8-811c-1268453jb101"}]}',
    ),
    "query": Vector(
        "GET",
        f"https://dms.eu-de.otc.t-systems.com/v2/{PROJECT}/instances/54602a9d-5e22-4239-9123-77e350df4a34/tasks"
        "?start=1&limit=50&begin_time=20261101000000",
        "e926ab41a00b0d1e4540e00fc32e4534d0b1464093a75b286b391ced3e3004f8",
        "host;x-project-id;x-sdk-date",
        headers=OF_PROJECT,
    ),
    "temporary key": Vector(
        "GET",
        "https://iam.eu-de.otc.t-systems.com/v3/projects?name=eu-de",
        "46eb3cef1b3a6eb488fcf8287c7e1c4aac3398e0285b3c86406f9339c967ff6d",
        "host;x-sdk-date;x-security-token",
        headers={"X-Security-Token": "TOKEN=="},
    ),
}


def signed(vector: Vector) -> dict[str, str]:
    """The headers of a vector's request after it is signed."""
    headers = dict(vector.headers)
    access, secret = vector.key
    sign(vector.method, vector.url, headers, vector.body, access_key=access, secret_key=secret, now=vector.now)
    return headers


@pytest.mark.parametrize("vector", VECTORS.values(), ids=list(VECTORS))
def test_sign_known_request_gives_known_signature(vector: Vector) -> None:
    assert signed(vector)["Authorization"] == (
        f"SDK-HMAC-SHA256 Access={vector.key[0]}, SignedHeaders={vector.names}, Signature={vector.signature}"
    )


def test_sign_date_is_utc() -> None:
    vector = VECTORS["delete"]
    there = NOON.astimezone(timezone(timedelta(hours=8)))
    assert signed(Vector(**{**vars(vector), "now": there})) == signed(vector)
    assert signed(vector)["X-Sdk-Date"] == "20261121T120000Z"


def test_sign_host_includes_port() -> None:
    vector = Vector("GET", "http://127.0.0.1:8080/v3", "", "")
    assert signed(vector)["Host"] == "127.0.0.1:8080"


def test_sign_header_with_underscore_is_left_out() -> None:
    headers = signed(Vector("GET", "https://a.example/", "", "", headers={"X_Odd": "1", "X-Even": "2"}))
    assert "SignedHeaders=host;x-even;x-sdk-date," in headers["Authorization"]


def test_sign_without_time_uses_current_time() -> None:
    headers: dict[str, str] = {}
    sign("GET", "https://a.example/", headers, None, access_key="A", secret_key="S")
    made = datetime.strptime(headers["X-Sdk-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - made) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("", "/"),
        ("/", "/"),
        ("/v3/jobs", "/v3/jobs/"),
        ("/v3/jobs/", "/v3/jobs/"),
        ("/a b/ä", "/a%20b/%C3%A4/"),
        ("/a%20b", "/a%20b/"),
        ("/a-b_c.d~e", "/a-b_c.d~e/"),
        ("/a:b@c", "/a%3Ab%40c/"),
    ],
)
def test_canonical_path_is_encoded_with_trailing_slash(path: str, canonical: str) -> None:
    assert canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=1&a=2", "a=2&b=1"),
        ("a=2&a=10&a=1", "a=1&a=10&a=2"),
        ("a=", "a="),
        ("name=eu-de_my%20shop", "name=eu-de_my%20shop"),
        ("name=a+b", "name=a%20b"),
        ("x=%2F%3D", "x=%2F%3D"),
    ],
)
def test_canonical_query_is_sorted_and_encoded(query: str, canonical: str) -> None:
    assert canonical_query(query) == canonical


@settings(deadline=None)
@given(
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.lists(st.text("abc-_.~", min_size=1, max_size=8), max_size=4),
    st.dictionaries(st.sampled_from(["limit", "start", "name", "B", "z_"]), st.text("xyzä 1/&=+", max_size=6)),
    st.binary(max_size=40),
)
def test_sign_any_request_matches_verifier(
    method: str, segments: list[str], query: dict[str, str], body: bytes
) -> None:
    path, asked = "/" + "/".join(segments), urlencode(query, quote_via=quote)
    headers = {"Content-Type": "application/json", "X-Project-Id": PROJECT}
    sign(method, f"https://a.example{path}?{asked}", headers, body, access_key="A", secret_key="S", now=NOON)
    received = {name.lower(): value for name, value in headers.items()}
    names = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert headers["Authorization"].endswith(signature_of("S", method, path, asked, received, names, body))
