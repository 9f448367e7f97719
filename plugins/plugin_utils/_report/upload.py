# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Puts a run's folder as one zip file to a presigned URL, which is a secret and in no message."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from ...module_utils._errors import HwcloudError, OptionError, TransportError
from ...module_utils._http.response import Response
from ...module_utils._http.transport import Transport
from .._plan.role_settings import REPORT_URL

TIMEOUT_SECONDS = 60.0
# The seconds before each further try.
PAUSES = (1.0, 4.0)
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def zip_folder(folder: Path) -> bytes:
    """Return a zip file with the files of a folder, in the order of their names; other content is left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                entry = zipfile.ZipInfo(f"{folder.name}/{path.name}", _EARLIEST)
                entry.external_attr = 0o600 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return packed.getvalue()


def put_folder(folder: Path, url: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Put the zip of a folder to a URL; raise `HwcloudError`, without the URL, where that fails.

    No header is sent that the signature of a presigned URL may not cover. Redirects are not followed. A 5xx response,
    429, and a connection that fails are tried again.
    """
    parts = urlsplit(url)
    origin, target = f"https://{parts.netloc}", parts.path or "/"
    body = zip_folder(folder)
    transport = Transport(timeout=TIMEOUT_SECONDS, connections=1)
    try:
        transport.open(origin)
        for pause in (*PAUSES, None):
            error = _put(transport, origin, f"{target}?{parts.query}" if parts.query else target, body)
            if error is None:
                return
            if pause is None or not error.again:
                raise HwcloudError(f"{REPORT_URL}: the report cannot be uploaded: {error.reason}")
            sleep(pause)
    except OptionError:
        raise HwcloudError(f"{REPORT_URL}: the report cannot be uploaded: no connection can be set up") from None
    finally:
        transport.close()


class _Failure:
    def __init__(self, reason: str, *, again: bool) -> None:
        self.reason, self.again = reason, again


def _put(transport: Transport, origin: str, target: str, body: bytes) -> _Failure | None:
    """Send the request once; return why it failed, None where it did not."""
    try:
        response: Response = transport.send("PUT", origin, target, {}, body)
    except TransportError as error:
        # The message may name the host.
        reason = "TLS failed" if error.error_msg.startswith("TLS failed") else error.error_msg
        return _Failure(reason.replace(origin, "the server"), again=not error.final)
    if response.ok:
        return None
    return _Failure(f"HTTP {response.status}", again=response.status >= 500 or response.status == 429)
