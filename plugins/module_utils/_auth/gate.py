# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.

"""Which services have accepted credentials and which have refused them."""

from __future__ import annotations

import threading

from .._errors import AuthError

# An access key is locked for five minutes after more than five failed authentications (APIGW.0301).
_MOST_UNDECIDED = 5
_REFUSALS_TO_END = 3


class Gate:
    """Lets requests through as long as the credentials may be good; shared by the clients of all services.

    - The first request to each service is sent alone, and the first of all is, too.
    - A service that refuses the credentials gets no further request. Where no other has accepted them, one request
      goes to one other service, and a second refusal closes the gate. Otherwise the third service closes it.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._accepted: set[str] = set()
        # Those that have accepted what the credentials were last renewed with.
        self._open: set[str] = set()
        self._asking: set[str] = set()
        self._refused: dict[str, _Refusal] = {}
        self._closed: AuthError | None = None

    @property
    def accepted(self) -> bool:
        """Whether any service has accepted the credentials."""
        return bool(self._accepted)

    @property
    def others_accept(self) -> bool:
        """Whether a service has accepted the credentials that has never refused them."""
        return bool(self._accepted - self._refused.keys())

    @property
    def closed(self) -> AuthError | None:
        """The error of the refusal that has closed the gate."""
        return self._closed

    @property
    def refused(self) -> bool:
        """Whether the credentials are no longer of use: the gate is closed, or only refusals were received."""
        return self._closed is not None or (bool(self._refused) and not self.others_accept)

    def enter(self, service: str) -> bool:
        """Wait until a request may be sent; return whether the response decides about the service.

        Raises `AuthError` where none may be sent.
        """
        if service in self._open and service not in self._refused and self._closed is None:
            return False
        with self._turn:
            self._turn.wait_for(lambda: self._decided(service) or self._may_ask(service))
            if self._closed is not None:
                raise self._closed
            if service in self._refused:
                raise self._refused[service].error
            if service in self._open:
                return False
            self._asking.add(service)
            return True

    def leave(self, service: str, first: bool, accepted: bool) -> None:
        """End what `enter` began, which returned ``first``."""
        if not first:
            return
        with self._turn:
            self._asking.discard(service)
            if accepted:
                self._accept(service)
            self._turn.notify_all()

    def vouch(self, service: str) -> None:
        """Take note of a service that has accepted the credentials without being asked through the gate."""
        with self._turn:
            self._accept(service)
            self._turn.notify_all()

    def refuse(self, service: str, error: AuthError, advice: str) -> AuthError:
        """Take note of a refusal; return the error to raise, which explains itself with ``advice``."""
        with self._turn:
            if self._closed is not None:
                return self._closed
            refusal = self._refused.setdefault(service, _Refusal(error, error.error_msg, advice))
            refusal.explain(self._others())
            if len(self._refused) >= _REFUSALS_TO_END or (len(self._refused) > 1 and not self.others_accept):
                self._closed = refusal.error
            self._turn.notify_all()
            return refusal.error

    def renew(self) -> None:
        """Ask each service anew, as a new token or key takes the place of the former one."""
        with self._turn:
            self._open.clear()

    def close(self, error: AuthError) -> None:
        """Refuse every request from now on."""
        with self._turn:
            self._closed = self._closed or error
            self._turn.notify_all()

    def _decided(self, service: str) -> bool:
        return self._closed is not None or service in self._open or service in self._refused

    def _may_ask(self, service: str) -> bool:
        if not self._asking:
            return True
        undecided = len(self._asking) + len(self._refused)
        return service not in self._asking and self.others_accept and undecided < _MOST_UNDECIDED

    def _accept(self, service: str) -> None:
        self._accepted.add(service)
        self._open.add(service)
        for refusal in self._refused.values():
            refusal.explain(self._others())

    def _others(self) -> str:
        return ", ".join(sorted(self._accepted - self._refused.keys()))


class _Refusal:
    """The error of a service that refuses the credentials; what it says changes once another accepts them."""

    def __init__(self, error: AuthError, message: str, advice: str) -> None:
        self.error = error
        self._message = message
        self._advice = advice

    def explain(self, others: str) -> None:
        accepted = f"; other services accept the same credentials ({others})" if others else ""
        self.error.error_msg = f"{self._message}{accepted}{self._advice}"
