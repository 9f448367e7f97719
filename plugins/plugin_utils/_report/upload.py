# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Puts the files of a run as one zip file to a presigned URL, which is a secret and in no message."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from ...module_utils._errors import HwcloudError, OptionError, TransportError
from ...module_utils._http.response import Response
from ...module_utils._http.transport import Transport

TIMEOUT_SECONDS = 60.0
# The seconds before each further try.
PAUSES = (1.0, 4.0)
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the content of a folder's files by their names; files that are still being written are left out."""
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in files}


def zip_of(folder: str, files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip file with a folder of files, in the order of their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _EARLIEST)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return packed.getvalue()


def put_file(body: bytes, url: str, *, ca_cert: str | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
    """Put a file to a URL; raise `HwcloudError`, without the URL, where that fails.

    The certificate is always verified, with the authorities in ``ca_cert`` where it is given. No header is sent that
    the signature of a presigned URL may not cover. Redirects are not followed. A 5xx response, 429, and a connection
    that fails are tried again.
    """
    parts = urlsplit(url)
    origin, target = f"https://{parts.netloc}", parts.path
    transport = Transport(verify=ca_cert or True, timeout=TIMEOUT_SECONDS, connections=1)
    try:
        transport.open(origin)
        for pause in (*PAUSES, None):
            error = _put(transport, origin, f"{target}?{parts.query}" if parts.query else target, body)
            if error is None:
                return
            if pause is None or not error.again:
                raise HwcloudError(error.reason)
            sleep(pause)
    except OptionError:
        raise HwcloudError("no connection can be set up") from None
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
