# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upload of a run's folder to a presigned URL, over TLS, without the URL in any message."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import HwcloudError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.upload import PAUSES, put_folder, zip_folder

from emulator.certificates import Certificates, issue
from helpers.http_stub import Answer, Asked, SmallServer

SECRET = "s3cret-signature"
TARGET = f"/bucket/report.zip?X-Amz-Signature={SECRET}&Expires=1"
FILES = {"report.json": "{}", "report.md": "# Report", "journal.jsonl": ""}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "2026-11-24T23-12-00Z-apply-1a2b3c4d"
    place.mkdir()
    for name, text in FILES.items():
        (place / name).write_text(text, encoding="utf-8")
    (place / ".report.md-abc").write_text("half written", encoding="utf-8")
    return place


def server(certificates: Certificates, *answers: Answer | None) -> SmallServer:
    """A server that gives these answers in turn, the last one for good."""

    def answer(asked: Asked) -> Answer | None:
        return answers[min(asked.number, len(answers) - 1)]

    return SmallServer(answer, tls=(certificates.certificate, certificates.key))


def put(folder: Path, url: str) -> list[float]:
    """Put the folder; return the pauses that were made."""
    pauses: list[float] = []
    put_folder(folder, url + TARGET, sleep=pauses.append)
    return pauses


def refused(folder: Path, url: str) -> str:
    """The message of an upload that fails, which does not have the URL."""
    with pytest.raises(HwcloudError) as error:
        put(folder, url)
    message = str(error.value)
    assert SECRET not in message and "bucket" not in message and "127.0.0.1" not in message
    assert message.startswith("decommission_report_url: the report cannot be uploaded: ")
    return message.rpartition(": ")[2]


def test_put_folder_sends_one_zip_without_further_headers(
    trusted: None, certificates: Certificates, folder: Path
) -> None:
    with server(certificates, Answer(200, b"")) as bucket:
        assert put(folder, bucket.url) == []
    [asked] = bucket.asked
    assert (asked.method, asked.target) == ("PUT", TARGET)
    assert not {"content-type", "authorization", "x-auth-token", "accept"} & asked.headers.keys()
    with zipfile.ZipFile(io.BytesIO(asked.body)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            f"{folder.name}/{name}": text for name, text in FILES.items()
        }


def test_zip_of_same_folder_is_same(folder: Path) -> None:
    assert zip_folder(folder) == zip_folder(folder)


@pytest.mark.parametrize("first", [Answer(503), Answer(429), None], ids=["503", "429", "closed"])
def test_put_folder_failed_for_now_is_tried_again(
    trusted: None, certificates: Certificates, folder: Path, first: Answer | None
) -> None:
    with server(certificates, first, Answer(200)) as bucket:
        assert put(folder, bucket.url) == [PAUSES[0]]
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
def test_put_folder_refused_has_reason_without_url(
    trusted: None, certificates: Certificates, folder: Path, answer: Answer | None, reason: str, times: int
) -> None:
    with server(certificates, answer) as bucket:
        assert refused(folder, bucket.url) == reason
    assert len(bucket.asked) == times


def test_put_folder_to_untrusted_server_sends_nothing(certificates: Certificates, folder: Path) -> None:
    with server(certificates, Answer(200)) as bucket:
        assert refused(folder, bucket.url) == "TLS failed"
    assert bucket.asked == []


def test_put_folder_to_unused_port_has_reason_without_url(trusted: None, folder: Path) -> None:
    with SmallServer(lambda _asked: Answer()) as unused:
        port = unused.url.rpartition(":")[2]
    assert refused(folder, f"https://127.0.0.1:{port}") == "the connection was refused"
