# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses that are compressed although ``identity`` was requested."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import response as response_module
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import InvalidJson, decoded

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator
from helpers.emulator_calls import NO_LOGIN, Caller
from helpers.http_stub import Answer, SmallServer

TASKS = json.dumps({"tasks": [{"job_id": "job-1", "status": "Completed"}], "total_count": 1}).encode()


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "another spelling": ("GZip ", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "identity": ("identity", bytes),
}


@pytest.mark.parametrize("kind", PACKED)
def test_response_compressed_is_read(call: Caller, kind: str) -> None:
    encoding, pack = PACKED[kind]
    with SmallServer(lambda _unused: Answer(200, pack(TASKS), {"Content-Encoding": encoding})) as server:
        result = call("gaussdb_job_info", **NO_LOGIN, endpoints={"gaussdb": server.url})
    assert [record["id"] for record in result["records"]] == ["job-1"]
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_response_compressed_error_is_read(call: Caller) -> None:
    body = gzip.compress(b'{"error_code": "DBS.200402", "error_msg": "running"}')
    with SmallServer(lambda _unused: Answer(409, body, {"Content-Encoding": "gzip"})) as server:
        result = call("gaussdb_job", job_ids=["job-1"], **NO_LOGIN, endpoints={"gaussdb": server.url})
    assert result["failures"][0]["error_code"] == "DBS.200402"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TASKS)[:-5]),
        ("gzip", b"\x1f\x8b and nothing more"),
        ("gzip", gzip.compress(TASKS) + b"more"),
        ("deflate", b"\xff\xff"),
        ("br", b"\x1b\x0c"),
        ("gzip, gzip", gzip.compress(gzip.compress(TASKS))),
    ],
    ids=["cut", "damaged", "more than one", "no deflate", "unknown", "twice"],
)
def test_response_not_decodable_fails_listing(call: Caller, encoding: str, body: bytes) -> None:
    with SmallServer(lambda _unused: Answer(200, body, {"Content-Encoding": encoding})) as server:
        result = call("gaussdb_job_info", **NO_LOGIN, endpoints={"gaussdb": server.url})
    assert result.failed and result["error_code"] == "MalformedReply"


@pytest.mark.parametrize(("encoding", "pack"), [PACKED["gzip"], PACKED["deflate"], PACKED["raw deflate"]])
def test_decoded_decompression_bomb_stays_packed(
    monkeypatch: pytest.MonkeyPatch, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(response_module, "LONGEST_BODY", 1 << 20)
    bomb = pack(b" " * (64 << 20))
    tracemalloc.start()
    try:
        body = decoded(bomb, encoding)
        _unused, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert body == bomb and most < 8 << 20
    with pytest.raises(InvalidJson):
        response_module.Response(200, {}, body).json()


def test_decoded_limit_fits_lists_and_memory() -> None:
    assert 32 << 20 <= response_module.LONGEST_BODY <= 128 << 20


def test_accept_encoding_header_is_not_signed(cloud: CloudEmulator, call: Caller) -> None:
    """Gateways may change it."""
    key = {"username": None, "password": None, "domain_name": None}
    result = call("gaussdb_job", job_ids=["a-gauss-1"], access_key=ACCESS_KEY, secret_key=SECRET_KEY, **key)
    assert result["deleted"] == ["a-gauss-1"]
    for entry in cloud.log:
        assert entry["headers"]["accept-encoding"] == "identity"
        signed = entry["headers"]["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        assert "x-sdk-date" in signed and "accept-encoding" not in signed
