# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""One request, one response, over connections that stay open."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import traceback
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from .._errors import OptionError, TransportError
from .deadlines import DeadlineResponse
from .environment import ca_bundle, check_proxy, proxy_variable
from .response import Response, decoded

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.exceptions import RequestException
    from requests.utils import get_environ_proxies, select_proxy
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        NewConnectionError,
        ProtocolError,
        ProxyError,
        ReadTimeoutError,
    )

    _ERRORS = (HTTPException, HTTPError, OSError, ValueError)
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

USER_AGENT = "sundown.hwcloud"
MUST_BE_URL = "must be a URL of the form https://host[:port][/path]"

# The text is http.client's and urllib3's.
_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})\b")


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str, option: str) -> str:
    """Return ``url`` without a trailing slash; raise `OptionError` naming ``option`` where it is not usable.

    Plain http is allowed for loopback addresses only, as it sends tokens unencrypted.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        valid = bool(host) and parts.scheme in ("http", "https") and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or any(ch.isspace() or ord(ch) < 32 for ch in url):
        raise OptionError(f"{option}: {MUST_BE_URL}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise OptionError(f"{option}: must be a URL without user, query and fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(f"{option}: must be an https URL for {host}; plain http is accepted for this machine only")
    return url.rstrip("/")


class _Route:
    """The connection pool for one origin, and the proxy on the way, ``host:port`` or empty."""

    def __init__(self, origin: str, pool: Any) -> None:
        self.pool = pool
        self.origin = origin
        self.proxy = f"{pool.proxy.host}:{pool.proxy.port}" if pool.proxy else ""
        self.tunnel_refusal: int | None = None
        pool.ConnectionCls = type("Connection", (_Connection, pool.ConnectionCls), {"route": self})

    def tunnel_refused(self, status: int) -> TransportError:
        """Return the error for a proxy that opens no tunnel; remember a refusal that another try would not change."""
        if status < 500 and status not in (408, 429):
            self.tunnel_refusal = status
        message = f"the proxy {self.proxy} refused the tunnel to the service (HTTP {status})"
        return TransportError(message, maybe_applied=False, final=self.tunnel_refusal is not None)

    def connect_error(self, error: Exception) -> TransportError:
        """Return the error for a connection that could not be opened, so that no request was sent."""
        found = _TUNNEL_REFUSED.match(str(error))
        if found:
            return self.tunnel_refused(int(found[1]))
        through = f" (through the proxy {self.proxy})" if self.proxy else ""
        to = f"no connection to {self.origin}: " if isinstance(error, NewConnectionError) else ""
        return TransportError(
            to + _cause(error) + through,
            maybe_applied=False,
            final=_certificate_refused(error),
            unknown_host=_host_is_unknown(error) and not self.proxy,
        )


class _Connection:
    """Goes before a connection class of urllib3, to tell errors before a request was sent from those after."""

    response_class = DeadlineResponse
    route: _Route

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except _ERRORS as error:
            raise self.route.connect_error(error) from None


class Transport:
    """Sends requests through the connection pools of requests.

    requests decides about certificates and proxies once per origin; each request then goes to urllib3 directly, which
    takes a third of the processor time of a requests session. Redirects are never followed, cookies never kept, nothing
    is retried here.

    ``timeout``: seconds for connecting, for the TLS handshake, and for the whole response.
    """

    def __init__(self, *, verify: bool | str = True, timeout: float = 30.0, connections: int = 16) -> None:
        self._adapter = HTTPAdapter(pool_connections=16, pool_maxsize=connections, max_retries=0)
        self._verify = verify
        self._timeout = urllib3.Timeout(connect=timeout, read=timeout)
        self._no_retries = urllib3.Retry(False)
        self._routes: dict[str, _Route] = {}
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def open(self, origin: str) -> None:
        """Prepare the pool of ``origin`` (scheme://host[:port]); call once before workers share the transport."""
        if origin not in self._routes:
            self._routes[origin] = _Route(origin, self._pool(origin))

    def _pool(self, origin: str) -> Any:
        parts = urlsplit(origin)
        verify = (ca_bundle() or True) if self._verify is True and parts.scheme == "https" else self._verify
        proxies = {} if is_loopback(parts.hostname or "") else get_environ_proxies(origin)
        proxy = select_proxy(origin, proxies)
        if proxy:
            check_proxy(proxy, proxy_variable(parts.scheme))
            # requests 2.25 takes the host for a scheme on Python 3.9.
            proxies = {parts.scheme: proxy if "://" in proxy else f"http://{proxy}"}
        try:
            if hasattr(self._adapter, "get_connection_with_tls_context"):
                prepared = requests.Request("GET", origin).prepare()
                return self._adapter.get_connection_with_tls_context(prepared, verify, proxies=proxies)
            pool = self._adapter.get_connection(origin, proxies)
            self._adapter.cert_verify(pool, origin, verify, None)  # type: ignore[no-untyped-call]
        except (RequestException, HTTPError, OSError, ValueError):
            # The text of the error may hold the proxy's password.
            if proxy:
                text = f"{proxy_variable(parts.scheme)}: the proxy cannot be used; a SOCKS proxy needs PySocks"
                raise OptionError(text) from None
            raise OptionError(f"{origin}: no connection can be set up") from None
        return pool

    def send(
        self, method: str, origin: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """Send one request to ``origin`` + ``target``; raise `TransportError` where no complete response comes."""
        route = self._routes[origin]
        if route.tunnel_refusal:
            raise route.tunnel_refused(route.tunnel_refusal)
        try:
            response = route.pool.request(
                method,
                target,
                body=body,
                headers=headers,
                retries=self._no_retries,
                redirect=False,
                timeout=self._timeout,
                preload_content=False,
                decode_content=False,
            )
            if response.status < 200:
                # The final response is still to come, and would be taken for that of the next request.
                response.close()
                raise TransportError(
                    "an interim response came instead of the response, and the connection was closed",
                    maybe_applied=True,
                )
            content = response.read()
        except _ERRORS as error:
            raise TransportError(_cause(error), maybe_applied=True) from None
        received = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status, received, decoded(content, received.get("content-encoding")))

    def close(self) -> None:
        """Close every connection that is not in use."""
        # Of urllib3 2 the pools, which their manager leaves open.
        for route in self._routes.values():
            route.pool.close()
        self._adapter.close()


def _certificate_refused(error: BaseException) -> bool:
    # Where urllib3 compares host names itself it has an error of its own, in a module that differs between versions.
    return isinstance(error, ssl.SSLCertVerificationError) or "Certificate" in type(error).__name__


def _host_is_unknown(error: BaseException) -> bool:
    # To some versions of urllib3 it is the cause, to others the context.
    return isinstance(error.__cause__ or error.__context__, socket.gaierror)


def _cause(error: BaseException) -> str:
    """Describe an error by its kind, as its text names objects of the libraries."""
    if isinstance(error, ssl.SSLError) or type(error).__name__ == "SSLError" or _certificate_refused(error):
        return f"TLS failed: {error}"
    if isinstance(error, NewConnectionError):  # to some versions of urllib3 a ConnectTimeoutError too
        if _host_is_unknown(error):
            return "the host is unknown"
        refused = isinstance(error.__cause__ or error.__context__, ConnectionRefusedError)
        return "the connection was refused" if refused else "the host cannot be reached"
    if isinstance(error, ConnectTimeoutError):
        return "connecting took too long"
    if isinstance(error, (TimeoutError, socket.timeout, ReadTimeoutError)):  # the first two differ before Python 3.10
        return "no response within the timeout"
    if isinstance(error, (ConnectionError, HTTPException, ProtocolError, ProxyError)):
        return "the connection broke before the response was complete"
    return f"the connection failed ({type(error).__name__})"
