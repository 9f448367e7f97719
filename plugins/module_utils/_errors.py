# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What can go wrong, as exceptions that carry the facts a user needs to act."""

from __future__ import annotations

from typing import Any


class HwcloudError(Exception):
    """Base of every error that this collection raises on purpose.

    ``error_code`` and ``error_msg`` are those of the service where it returned any, ``http_status`` is ``None``
    without a response, ``service`` names the API. ``doing``, what could not be done, comes before ``error_msg`` in
    messages.
    """

    doing: str | None = None

    def __init__(
        self,
        error_msg: str,
        *,
        error_code: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        service: str | None = None,
    ) -> None:
        super().__init__(error_msg)
        self.error_msg = error_msg
        self.error_code = error_code
        self.http_status = http_status
        self.request_id = request_id
        self.service = service

    def facts(self) -> dict[str, Any]:
        """Return the four keys that a failure carries in every module's result."""
        return {
            "http_status": self.http_status,
            "error_code": self.error_code,
            "error_msg": self._message,
            "request_id": self.request_id,
        }

    @property
    def _message(self) -> str:
        return f"{self.doing}: {self.error_msg}" if self.doing else self.error_msg

    @property
    def reason(self) -> str:
        """The message with status and code, without the service."""
        codes = " ".join(str(code) for code in (self.http_status, self.error_code) if code)
        return self._message + (f" ({codes})" if codes else "")

    def __str__(self) -> str:
        return f"{self.service}: {self.reason}" if self.service else self.reason


class OptionError(HwcloudError):
    """An option or a variable has a value that cannot be used."""


class AuthError(HwcloudError):
    """The credentials were refused; no further request is sent with them."""


class ServiceError(HwcloudError):
    """The response of a service is an error or malformed."""


class UnsupportedError(ServiceError):
    """The service is not offered, or its API is not published, in this region."""


class TransportError(HwcloudError):
    """No complete response was received.

    ``maybe_applied``: whether the request may have been carried out. ``final``: whether another attempt would fail in
    the same way. ``unknown_host``: whether the host's name has no address.
    """

    def __init__(
        self,
        error_msg: str,
        *,
        maybe_applied: bool,
        service: str | None = None,
        final: bool = False,
        unknown_host: bool = False,
    ) -> None:
        super().__init__(error_msg, error_code="NoReply", service=service)
        self.maybe_applied = maybe_applied
        self.final = final
        self.unknown_host = unknown_host


class StalledError(HwcloudError):
    """There was no progress for longer than the stall timeout."""

    def __init__(self, seconds: float, *, service: str | None = None) -> None:
        super().__init__(f"no progress for {seconds:g} seconds, giving up", error_code="Stalled", service=service)
