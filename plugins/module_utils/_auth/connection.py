# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The connection of one module call: transport, credentials and project, shared by all its clients."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from .._errors import AuthError, OptionError, ServiceError
from .._http.client import Client, RequestStats
from .._http.environment import proxy_secrets
from .._http.transport import Transport
from .._regions import IAM_ENDPOINTS, Cloud, Endpoints, check_region, unknown_host_advice
from .._text import Redactor, printable
from . import iam
from .authentication import Authentication
from .authenticators import (
    TOKENS_ONLY,
    KeyCredential,
    ServiceAuthenticator,
    TokenCredential,
    UngatedAuthenticator,
    UnlikelyAuthenticator,
)
from .connection_settings import ConnectionSettings


class Connection:
    """Authenticates once and hands out clients; close it when done."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.stats = RequestStats()
        self.redact = Redactor()
        self.redact.add(*settings.credentials.secrets, *proxy_secrets())
        self._transport = Transport(verify=settings.verify, timeout=settings.timeout, connections=settings.concurrency)
        self._authentication = Authentication(settings, self._iam_client, self.redact, self.stats.count)
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()
        self._identity: iam.Identity | None = None
        self._project_name: str | None = None
        self._project_id: str | None = None

    @property
    def region(self) -> str:
        return self.settings.region

    @property
    def cloud(self) -> Cloud:
        return self.settings.cloud

    def close(self) -> None:
        self._transport.close()

    def client(
        self,
        service: str,
        endpoints: Endpoints,
        *,
        throttle_codes: frozenset[str] = frozenset(),
        auth_codes: frozenset[str] = frozenset(),
    ) -> Client:
        """Return the client of ``service``, paced on its own; raise `UnsupportedError` where no endpoint is known."""
        with self._lock:
            if service not in self._clients:
                url = self.settings.endpoints.get(service) or endpoints.url(service, self.region)
                authenticator = self._authenticator(service, endpoints)
                self._clients[service] = self._client(service, url, authenticator, throttle_codes, auth_codes)
            return self._clients[service]

    def _authenticator(self, service: str, endpoints: Endpoints) -> ServiceAuthenticator:
        credential = self._authentication.credential()
        if self.cloud not in endpoints.tokens_only or not isinstance(credential, KeyCredential):
            return ServiceAuthenticator(credential, service)
        advice = TOKENS_ONLY.format(cloud=self.cloud.value)
        iam_client = self._iam_client(UngatedAuthenticator(credential, "iam"))
        return UnlikelyAuthenticator(credential, service, advice, lambda: iam.list_projects(iam_client))

    def resolve_project(self) -> str:
        """Return the project's id, after a login where that is needed to know it."""
        if self._project_id is None:
            self._project_id = self._find_project()
            self._authentication.use_project(self._project_id)
        return self._project_id

    def issued_token(self) -> str | None:
        """Return the token of this call's own login, ``None`` where there was none so far."""
        login = self._authentication.login
        return login.token if login else None

    @property
    def credentials_refused(self) -> bool:
        """Whether the credentials were refused, so that nothing more is sent with them."""
        return self._authentication.refused

    @property
    def token_renewed(self) -> bool:
        """Whether the given token was rejected and replaced by a new one."""
        return self._authentication.token_renewed

    def identity(self) -> iam.Identity:
        """Look up project, domain and user of the credentials, once."""
        if self._identity is None:
            self._identity = self._find_identity()
        self._check_project(self._identity)
        return self._identity

    def known_identity(self) -> iam.Identity:
        """Return what was looked up about the credentials so far; nothing is requested."""
        return self._identity or iam.Identity(self._project_id, self._project_name)

    def _find_identity(self) -> iam.Identity:
        credential = self._authentication.credential()
        if self._authentication.login:
            return self._authentication.login.identity
        if isinstance(credential, TokenCredential):
            return self._token_identity(credential)
        wanted = self.settings.credentials
        if wanted.project_id:
            project = iam.get_project_by_id(self._iam(), wanted.project_id)
        else:
            project = iam.get_project_by_name(self._iam(), wanted.project_name or self.region)
        found = iam.project_identity(project)
        try:
            domains = iam.domain_names(self._iam())
        except ServiceError:
            return found
        return replace(found, domain_name=domains.get(str(project.get("domain_id"))))

    def list_projects(self) -> list[dict[str, Any]]:
        """Return the projects that the credentials can see, logging in without a project."""
        self._authentication.credential(scoped=False)
        return iam.list_projects(self._iam())

    def _token_identity(self, credential: TokenCredential) -> iam.Identity:
        try:
            return iam.token_identity(self._iam(), credential.token)
        except ServiceError:
            # The token had expired and was renewed by this request.
            if self._authentication.login is None:
                raise
            return self._authentication.login.identity

    def _find_project(self) -> str:
        wanted = self.settings.credentials
        if self._identity is None and wanted.kind != "password" and wanted.project_id:
            self._authentication.credential()
            return wanted.project_id
        if self._identity is None and wanted.kind in ("access key", "metadata"):
            project = iam.get_project_by_name(self._iam(), wanted.project_name or self.region)
            self._project_name = project["name"]
            return str(project["id"])
        found = self.identity().project_id
        if not found:
            raise AuthError("the token belongs to no project: log in with a project scope", service="iam")
        return found

    def _check_project(self, found: iam.Identity) -> None:
        wanted = self.settings.credentials
        for option, asked, got in (
            ("project_id", wanted.project_id, found.project_id),
            ("project_name", wanted.project_name, found.project_name),
        ):
            if asked and got != asked:
                raise OptionError(
                    f"{option}: the credentials belong to {printable(str(got))}, not to {printable(asked)}"
                )

    def _iam_url(self) -> str:
        url = self.settings.auth_url or self.settings.endpoints.get("iam")
        if not url:
            return IAM_ENDPOINTS.url("iam", check_region(self.region))
        return url[: -len("/v3")] if url.endswith("/v3") else url

    def _iam(self) -> Client:
        return self._iam_client(ServiceAuthenticator(self._authentication.credential(), "iam"))

    def _iam_client(self, authenticator: ServiceAuthenticator | None) -> Client:
        return self._client("iam", self._iam_url(), authenticator)

    def _client(
        self,
        service: str,
        url: str,
        authenticator: ServiceAuthenticator | None,
        throttle_codes: frozenset[str] = frozenset(),
        auth_codes: frozenset[str] = frozenset(),
    ) -> Client:
        return Client(
            self._transport,
            url,
            authenticator,
            service=service,
            redact=self.redact,
            stats=self.stats,
            throttle_codes=throttle_codes,
            auth_codes=auth_codes,
            max_rps=self.settings.max_rps,
            concurrency=self.settings.concurrency,
            stall_timeout=self.settings.stall_timeout,
            unknown_host_advice=unknown_host_advice(self.region) if self.region in url else "",
        )
