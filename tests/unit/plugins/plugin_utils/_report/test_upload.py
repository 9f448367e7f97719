# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upload of a run's files to a presigned URL, over TLS, without the URL in any message."""

from __future__ import annotations

import io
import threading
import traceback
import zipfile
from pathlib import Path

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import HwcloudError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report import upload
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.upload import PAUSES, files_in, put_file, zip_of

from emulator.certificates import Certificates, issue
from helpers.http_stub import Answer, Asked, SmallServer

SECRET = "s3cret-signature"
TARGET = f"/bucket/report.zip?X-Amz-Signature={SECRET}&Expires=1"
FILES = {"report.json": "{}", "report.md": "# Größe", "journal.jsonl": ""}
FOLDER = "2026-11-24T23-12-00Z-apply-1a2b3c4d"


def server(certificates: Certificates, *answers: Answer | None) -> SmallServer:
    """A server that gives these answers in turn, the last one for good."""

    def answer(asked: Asked) -> Answer | None:
        return answers[min(asked.number, len(answers) - 1)]

    return SmallServer(answer, tls=(certificates.certificate, certificates.key))


def put(url: str, certificates: Certificates | None) -> list[float]:
    """Put the files and trust the authority of the certificates; return the pauses that were made."""
    pauses: list[float] = []
    ca_cert = str(certificates.authority) if certificates else None
    put_file(zip_of(FOLDER, FILES), url + TARGET, ca_cert=ca_cert, sleep=pauses.append)
    return pauses


def refused(url: str, certificates: Certificates | None) -> str:
    """The message of an upload that fails, which does not have the URL."""
    with pytest.raises(HwcloudError) as error:
        put(url, certificates)
    shown = "".join(traceback.format_exception(error.value))
    assert SECRET not in shown and "/bucket/" not in shown and "127.0.0.1" not in shown
    return str(error.value)


def test_put_file_sends_one_zip_without_further_headers(certificates: Certificates) -> None:
    with server(certificates, Answer(200, b"")) as bucket:
        assert put(bucket.url, certificates) == []
    [asked] = bucket.asked
    assert (asked.method, asked.target) == ("PUT", TARGET)
    assert not {"content-type", "authorization", "x-auth-token", "accept"} & asked.headers.keys()
    with zipfile.ZipFile(io.BytesIO(asked.body)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            f"{FOLDER}/{name}": text for name, text in FILES.items()
        }


def test_zip_of_same_files_is_same() -> None:
    encoded = {name: text.encode() for name, text in reversed(FILES.items())}
    assert zip_of(FOLDER, FILES) == zip_of(FOLDER, encoded)


def test_files_in_folder_are_those_that_are_complete(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".report.md-abc").write_text("half written", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    assert files_in(tmp_path) == {name: text.encode() for name, text in FILES.items()}


@pytest.mark.parametrize("first", [Answer(503), Answer(429), None], ids=["503", "429", "closed"])
def test_put_file_failed_for_now_is_tried_again(certificates: Certificates, first: Answer | None) -> None:
    with server(certificates, first, Answer(200)) as bucket:
        assert put(bucket.url, certificates) == [PAUSES[0]]
    assert len(bucket.asked) == 2


@pytest.mark.parametrize(
    ("answer", "reason", "times"),
    [
        (Answer(403, f"<Error>{TARGET}</Error>".encode()), "HTTP 403", 1),
        (Answer(302, headers={"Location": f"https://elsewhere.example{TARGET}"}), "HTTP 302", 1),
        (Answer(500), "HTTP 500", 3),
        (None, "the connection broke before the response was complete", 3),
    ],
    ids=["403", "302", "500", "closed"],
)
def test_put_file_refused_has_reason_without_url(
    certificates: Certificates, answer: Answer | None, reason: str, times: int
) -> None:
    with server(certificates, answer) as bucket:
        assert refused(bucket.url, certificates) == reason
    assert len(bucket.asked) == times


def test_put_file_to_slow_server_ends(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "TIMEOUT_SECONDS", 0.3)
    over = threading.Event()

    def answer(_asked: Asked) -> None:
        over.wait()

    with SmallServer(answer, tls=(certificates.certificate, certificates.key)) as bucket:
        assert refused(bucket.url, certificates) == "no response within the timeout"
        over.set()
    assert len(bucket.asked) == 1 + len(PAUSES)


def test_put_file_to_untrusted_server_sends_nothing(certificates: Certificates) -> None:
    with server(certificates, Answer(200)) as bucket:
        assert refused(bucket.url, None) == "TLS failed"
    assert bucket.asked == []


def test_put_file_to_server_with_certificate_of_other_host_sends_nothing(tmp_path: Path) -> None:
    other = issue(tmp_path, "127.0.0.2")
    with server(other, Answer(200)) as bucket:
        assert refused(bucket.url, other) == "TLS failed"
    assert bucket.asked == []


def test_put_file_authorities_given_precede_those_of_environment(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(issue(tmp_path).authority))
    with server(certificates, Answer(200)) as bucket:
        assert refused(bucket.url, None) == "TLS failed"
        assert put(bucket.url, certificates) == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
        assert put(bucket.url, None) == []


def test_put_file_to_unused_port_has_reason_without_url() -> None:
    with SmallServer(lambda _asked: Answer()) as unused:
        port = unused.url.rpartition(":")[2]
    assert refused(f"https://127.0.0.1:{port}", None) == "no connection to the server: the connection was refused"
