# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""One request, one reply, over connections that stay open."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import traceback
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from .._errors import OptionError, TransportError
from .reply import Reply

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.exceptions import RequestException
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

USER_AGENT = "sundown.hwcloud"


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str, option: str) -> str:
    """Return ``url`` without a trailing slash; raise `OptionError` naming ``option`` where it cannot be used.

    Plain http is for this machine only, as it would carry tokens in the clear.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        valid = bool(host) and parts.scheme in ("http", "https") and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or any(ch.isspace() or ord(ch) < 32 for ch in url):
        raise OptionError(f"{option}: not a URL of the form https://host[:port][/path]")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise OptionError(f"{option}: a URL here has neither user, query nor fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(f"{option}: plain http is accepted for this machine only, use https for {host}")
    return url.rstrip("/")


class Transport:
    """Sends requests over requests' connection pools.

    requests decides about certificates and proxies once per host, and urllib3 keeps the connections. The
    exchange itself is the standard library's: at thousands of requests a second the processor is what limits,
    and a request through urllib3's own costs twice, one through a requests session five times as much of it.
    Redirects are never followed, cookies never kept, nothing is retried here.
    """

    def __init__(self, *, verify: bool | str = True, timeout: float = 30.0, connections: int = 16) -> None:
        self._session = requests.Session()
        self._adapter = HTTPAdapter(pool_connections=16, pool_maxsize=connections, max_retries=0)
        self._verify = verify
        self._timeout = timeout
        self._pools: dict[str, tuple[Any, str]] = {}
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def open(self, base_url: str) -> None:
        """Prepare the pool of ``base_url``; call once before workers share the transport."""
        if base_url not in self._pools:
            self._pools[base_url] = (self._pool(base_url), urlsplit(base_url).path)

    def _pool(self, base_url: str) -> Any:
        loopback = is_loopback(urlsplit(base_url).hostname or "")
        self._session.trust_env = not loopback
        settings = self._session.merge_environment_settings(base_url, {}, False, self._verify, None)
        verify, proxies = settings["verify"], settings["proxies"]
        try:
            if hasattr(self._adapter, "get_connection_with_tls_context"):
                prepared = requests.Request("GET", base_url).prepare()
                return self._adapter.get_connection_with_tls_context(prepared, verify, proxies=proxies)
            pool = self._adapter.get_connection(base_url, proxies)
            self._adapter.cert_verify(pool, base_url, verify, None)  # type: ignore[no-untyped-call]
        except (RequestException, OSError, ValueError) as error:
            raise OptionError(f"{base_url}: no connection can be set up: {error}") from error
        return pool

    def send(
        self, method: str, base_url: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """Send one request to ``base_url`` + ``target``; raise `TransportError` where no whole reply comes."""
        pool, prefix = self._pools[base_url]
        connection = pool._get_conn(timeout=self._timeout)
        sent = whole = False
        try:
            if connection.sock is None:
                connection.timeout = self._timeout
                _connect(pool, connection)
            sent = True
            reply = _exchange(connection, method, prefix + target, headers, body)
            whole = True
            return reply
        except (HTTPException, HTTPError, OSError, ValueError) as error:
            mistrusted = isinstance(error, ssl.SSLCertVerificationError)
            raise TransportError(_cause(error), maybe_applied=sent, final=mistrusted) from None
        finally:
            if not whole:
                connection.close()
            pool._put_conn(connection)

    def close(self) -> None:
        """Close every connection."""
        self._adapter.close()
        self._session.close()


def _connect(pool: Any, connection: Any) -> None:
    if pool.proxy is not None:
        pool._prepare_proxy(connection)
    else:
        connection.connect()


def _exchange(connection: Any, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
    """Send the request and read the whole reply; header names come back in lower case."""
    connection.putrequest(method, target, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = HTTPConnection.getresponse(connection)
    received = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status, received, response.read())


def _cause(error: BaseException) -> str:
    # The text of these errors names objects of the libraries; their kind is what a person can act on.
    if isinstance(error, ssl.SSLError) or type(error).__name__ == "SSLError":
        return f"TLS failed: {error}"
    if isinstance(error, NewConnectionError):  # to some versions of urllib3 a ConnectTimeoutError too
        return "the connection was refused or the host is unknown"
    if isinstance(error, ConnectTimeoutError):
        return "connecting took too long"
    if isinstance(error, (TimeoutError, socket.timeout)):  # they differ before Python 3.10
        return "no reply within the timeout"
    if isinstance(error, (ConnectionError, HTTPException)):
        return "the connection broke before the reply was complete"
    return f"the connection failed ({type(error).__name__})"
