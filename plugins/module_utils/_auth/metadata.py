# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.

"""The metadata service of a server in the cloud, which gives out temporary keys of the server's agency.

Its address is link-local and its only protocol plain http, without proxies. Source: Elastic Cloud Server user guide of
Huawei Cloud, Obtaining Metadata; T Cloud Public serves the same paths.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from typing import NoReturn
from urllib.parse import urlsplit

from .._errors import AuthError, TransportError
from .._http.deadlines import DeadlineResponse
from .._http.response import Response
from .._text import Redactor, printable
from .credentials import AccessKey, is_header_safe

ADDRESS = "http://169.254.169.254"
TIMEOUT = 2.0
SERVICE = "metadata"
_TOKEN_PATH, _KEY_PATH = "/meta-data/latest/api/token", "/openstack/latest/securitykey"
_TOKEN_SECONDS = "21600"
# Responses of a service that gives out keys without a token.
_NO_TOKENS = (404, 405, 503)
_NO_AGENCY = "configure Cloud Service Agency first"


class MetadataService:
    """Asks for temporary keys; ``count`` is called for each request."""

    def __init__(self, redact: Redactor, count: Callable[[], None]) -> None:
        self._redact = redact
        self._count = count
        self._token: str | None = None

    def key(self) -> AccessKey:
        """Return a temporary key; raise `AuthError` where the server has none, `TransportError` without a response."""
        if self._token is None:
            self._token = self._new_token()
        response = self._ask_for_key()
        if response.status == 401 and _NO_AGENCY not in _text(response):
            self._token = self._new_token()
            response = self._ask_for_key()
        if not response.ok:
            self._fail(response, "no temporary key", "; the server needs an agency of the type cloud service, for ECS")
        try:
            data = json.loads(response.body)
        except ValueError:
            data = None
        return AccessKey.from_response(data, SERVICE)

    def _ask_for_key(self) -> Response:
        return self._request("GET", _KEY_PATH, {"X-Metadata-Token": self._token} if self._token else {})

    def _new_token(self) -> str:
        """Return a token, empty where the service needs none."""
        response = self._request("PUT", _TOKEN_PATH, {"X-Metadata-Token-Ttl-Seconds": _TOKEN_SECONDS})
        if response.status in _NO_TOKENS:
            return ""
        token = _text(response).strip()
        if response.status != 200 or not is_header_safe(token):
            self._fail(response, "no token")
        self._redact.add(token)
        return token

    def _request(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        address = urlsplit(ADDRESS)
        connection = HTTPConnection(str(address.hostname), address.port, timeout=TIMEOUT)
        connection.response_class = DeadlineResponse
        self._count()
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return Response(response.status, {}, response.read())
        except (OSError, HTTPException) as error:
            raise TransportError(
                f"the metadata service at {address.hostname} does not answer ({type(error).__name__}); only servers in"
                " the cloud have one",
                maybe_applied=False,
                service=SERVICE,
                final=True,
            ) from None
        finally:
            connection.close()

    def _fail(self, response: Response, what: str, advice: str = "") -> NoReturn:
        message = f"the metadata service returned {what}: {printable(self._redact(response.api_error().message))}"
        raise AuthError(message + advice, http_status=response.status, service=SERVICE)


def _text(response: Response) -> str:
    return response.body.decode("utf-8", "replace")
