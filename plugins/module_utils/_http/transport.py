# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""One request, one reply, over connections that stay open."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from .._errors import OptionError, TransportError
from .deadlines import Deadlines
from .response import Response, decoded
from .surroundings import ca_bundle, check_proxy, proxy_variable

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.exceptions import RequestException
    from requests.utils import get_environ_proxies, select_proxy
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

USER_AGENT = "sundown.hwcloud"

# The text is http.client's and urllib3's.
_NO_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")


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


@dataclass
class _Route:
    """How requests to one base URL go. ``proxy`` is its host and port, empty where there is none.

    ``refusal``: the status with which the proxy has refused the tunnel, once it did.
    """

    pool: Any
    prefix: str
    proxy: str
    refusal: int | None = None

    def no_tunnel(self, status: int) -> TransportError:
        """Return the error for a proxy that opened no tunnel; remember it where the proxy was clear about that."""
        if status < 500 and status not in (408, 429):
            self.refusal = status
        message = f"the proxy {self.proxy} refused the tunnel to the service (HTTP {status})"
        return TransportError(message, maybe_applied=False, final=self.refusal is not None)


class Transport:
    """Sends requests over requests' connection pools.

    requests decides about certificates and proxies once per host, and urllib3 keeps the connections. The
    exchange itself is the standard library's: at thousands of requests a second the processor is what limits,
    and a request through urllib3's own costs twice, one through a requests session five times as much of it.
    Redirects are never followed, cookies never kept, nothing is retried here.

    ``timeout``: seconds that connecting, and then sending a request and reading its whole reply, may take.
    """

    def __init__(self, *, verify: bool | str = True, timeout: float = 30.0, connections: int = 16) -> None:
        self._adapter = HTTPAdapter(pool_connections=16, pool_maxsize=connections, max_retries=0)
        self._verify = verify
        self._timeout = timeout
        self._deadlines = Deadlines(timeout)
        self._routes: dict[str, _Route] = {}
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def open(self, base_url: str) -> None:
        """Prepare the pool of ``base_url``; call once before workers share the transport."""
        if base_url not in self._routes:
            pool = self._pool(base_url)
            proxy = f"{pool.proxy.host}:{pool.proxy.port}" if pool.proxy else ""
            self._routes[base_url] = _Route(pool, urlsplit(base_url).path, proxy)

    def _pool(self, base_url: str) -> Any:
        parts = urlsplit(base_url)
        verify = (ca_bundle() or True) if self._verify is True and parts.scheme == "https" else self._verify
        proxies = {} if is_loopback(parts.hostname or "") else get_environ_proxies(base_url)
        proxy = select_proxy(base_url, proxies)
        if proxy:
            check_proxy(proxy, proxy_variable(parts.scheme))
        try:
            if hasattr(self._adapter, "get_connection_with_tls_context"):
                prepared = requests.Request("GET", base_url).prepare()
                return self._adapter.get_connection_with_tls_context(prepared, verify, proxies=proxies)
            pool = self._adapter.get_connection(base_url, proxies)
            self._adapter.cert_verify(pool, base_url, verify, None)  # type: ignore[no-untyped-call]
        except (RequestException, HTTPError, OSError, ValueError):
            # The text of the error may hold the proxy's password.
            if proxy:
                text = f"{proxy_variable(parts.scheme)}: the proxy cannot be used; a SOCKS proxy needs PySocks"
                raise OptionError(text) from None
            raise OptionError(f"{base_url}: no connection can be set up") from None
        return pool

    def send(
        self, method: str, base_url: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """Send one request to ``base_url`` + ``target``; raise `TransportError` where no whole reply comes."""
        route = self._routes[base_url]
        if route.refusal:
            raise route.no_tunnel(route.refusal)
        connection = route.pool._get_conn(timeout=self._timeout)
        sent = whole = False
        try:
            if connection.sock is None:
                connection.timeout = self._timeout
                self._connect(route, connection)
            sent = True
            reply = self._exchange(connection, method, route.prefix + target, headers, body)
            whole = True
            return reply
        except (HTTPException, HTTPError, OSError, ValueError) as error:
            cause = _cause(error)
            if route.proxy and not sent:
                cause += f" (by way of the proxy {route.proxy})"
            raise TransportError(cause, maybe_applied=sent, final=_mistrusted(error)) from None
        finally:
            if not whole:
                connection.close()
            route.pool._put_conn(connection)

    def close(self) -> None:
        """Close every connection."""
        self._deadlines.close()
        self._adapter.close()

    def _connect(self, route: _Route, connection: Any) -> None:
        started = self._deadlines.begin(connection)
        try:
            if route.pool.proxy is not None:
                route.pool._prepare_proxy(connection)
            else:
                connection.connect()
        except OSError as error:
            found = _NO_TUNNEL.match(str(error))
            if found:
                raise route.no_tunnel(int(found[1])) from None
            raise
        finally:
            self._deadlines.end(started)

    def _exchange(
        self, connection: Any, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        started = self._deadlines.begin(connection)
        try:
            return _exchange(connection, method, target, headers, body)
        finally:
            if not self._deadlines.end(started):
                # Whatever was read or raised is the doing of the shutdown.
                raise TimeoutError


def _exchange(connection: Any, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Response:
    """Send the request and read the whole reply; header names come back in lower case."""
    # Accept-Encoding is http.client's: identity.
    connection.putrequest(method, target, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = HTTPConnection.getresponse(connection)
    if response.status < 200:
        # The reply itself is still to come. Left on the connection it would be read as that of the next request.
        raise _InterimReply
    received = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status, received, decoded(response.read(), received.get("content-encoding")))


class _InterimReply(HTTPException):
    """A reply of the 1xx kind that nobody asked for."""


def _mistrusted(error: BaseException) -> bool:
    """Tell whether a certificate was refused."""
    # Where urllib3 compares host names itself it has an error of its own, in a module that differs between versions.
    return isinstance(error, ssl.SSLCertVerificationError) or "Certificate" in type(error).__name__


def _cause(error: BaseException) -> str:
    # The text of these errors names objects of the libraries; their kind is what a person can act on.
    if isinstance(error, ssl.SSLError) or type(error).__name__ == "SSLError" or _mistrusted(error):
        return f"TLS failed: {error}"
    if isinstance(error, NewConnectionError):  # to some versions of urllib3 a ConnectTimeoutError too
        return "the connection was refused or the host is unknown"
    if isinstance(error, ConnectTimeoutError):
        return "connecting took too long"
    if isinstance(error, (TimeoutError, socket.timeout)):  # they differ before Python 3.10
        return "no reply within the timeout"
    if isinstance(error, _InterimReply):
        return "an interim reply came instead of the reply, and the connection was closed"
    if isinstance(error, (ConnectionError, HTTPException)):
        return "the connection broke before the reply was complete"
    return f"the connection failed ({type(error).__name__})"
