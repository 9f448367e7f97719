# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""One request, one reply, over connections that stay open."""

from __future__ import annotations

import ipaddress
import traceback
from collections.abc import Mapping
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
    """Sends requests through requests' connection pools.

    requests decides about certificates and proxies once per host; after that each request goes straight
    to the urllib3 pool, which costs less than half of a request through a requests session.
    Redirects are never followed, cookies never kept, nothing is retried here.
    """

    def __init__(self, *, verify: bool | str = True, timeout: float = 30.0, connections: int = 16) -> None:
        self._session = requests.Session()
        self._adapter = HTTPAdapter(pool_connections=16, pool_maxsize=connections, max_retries=0)
        self._verify = verify
        self._timeout = urllib3.Timeout(connect=timeout, read=timeout)
        self._pools: dict[str, Any] = {}
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def open(self, base_url: str) -> None:
        """Prepare the pool of ``base_url``; call once before workers share the transport."""
        if base_url not in self._pools:
            self._pools[base_url] = self._pool(base_url)

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
        pool = self._pools[base_url]
        prefix = urlsplit(base_url).path
        try:
            response = pool.urlopen(
                method,
                prefix + target,
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=self._timeout,
            )
            content = response.data
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise TransportError(_cause(error), maybe_applied=False) from None
        except (urllib3.exceptions.SSLError, urllib3.exceptions.ProxyError) as error:
            raise TransportError(_cause(error), maybe_applied=False) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise TransportError(_cause(error), maybe_applied=True) from None
        return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, content)

    def close(self) -> None:
        """Close every connection."""
        self._adapter.close()
        self._session.close()


def _cause(error: BaseException) -> str:
    # The text of a pool error names the pool object; the exception's kind is what a person can act on.
    kinds = {
        "NewConnectionError": "the connection was refused or the host is unknown",
        "NameResolutionError": "the host name is unknown",
        "ConnectTimeoutError": "connecting took too long",
        "ReadTimeoutError": "no reply within the timeout",
        "ProtocolError": "the connection broke before the reply was complete",
        "ProxyError": "the proxy refused",
    }
    name = type(error).__name__
    if name == "SSLError":
        return f"TLS failed: {error}"
    return kinds.get(name, name)
