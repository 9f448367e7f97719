# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.

"""From the given credentials to those that requests carry: logins, agencies and temporary keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from .._errors import AuthError
from .._http.client import Client
from .._text import Redactor
from . import iam
from .authenticators import Credential, KeyCredential, ServiceAuthenticator, TokenCredential
from .connection_settings import ConnectionSettings
from .credentials import AccessKey
from .metadata import MetadataService

IamClient = Callable[[Optional[ServiceAuthenticator]], Client]
Scope = dict[str, Any]

_PASSCODE_USED = (
    "the token is no longer accepted, and the passcode is not sent again, as it serves one login: start again with a"
    " new passcode"
)


class Authentication:
    """Makes the credential of a connection, once, and renews it.

    ``iam_client`` returns a client of the identity service with an authenticator, or with none.
    """

    def __init__(
        self, settings: ConnectionSettings, iam_client: IamClient, redact: Redactor, count: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._given = settings.credentials
        self._iam_client = iam_client
        self._redact = redact
        self._metadata = MetadataService(redact, count)
        self._credential: Credential | None = None
        self._login_refused = False
        self._passcode_sent = False
        self._project_id: str | None = None
        self.login: iam.Login | None = None
        self.token_renewed = False

    @property
    def refused(self) -> bool:
        """Whether the credentials were refused, so that nothing more is sent with them."""
        return self._login_refused or (self._credential is not None and self._credential.gate.refused)

    def credential(self, *, scoped: bool = True) -> Credential:
        """Return the credential; the first call logs in where that is needed, without a project if not ``scoped``."""
        if self._credential is None:
            try:
                self._credential = self._make(self._scope() if scoped else {})
            except AuthError:
                self._login_refused = True
                raise
            self._credential.project_id = self._project_id
        return self._credential

    def use_project(self, project_id: str) -> None:
        """Use a project from now on."""
        self._project_id = self.credential().project_id = project_id

    def _make(self, scope: Scope) -> Credential:
        given = self._given
        if given.kind in ("access key", "metadata"):
            return self._key_credential()
        # A login without a project is for one list of projects.
        renew = self._renewed_token if scope and given.can_log_in else None
        if given.token and not (given.agency_name and self._is_base(given.token)):
            return TokenCredential(given.token, renew)
        return TokenCredential(self._log_in(scope), renew, fresh=True)

    def _key_credential(self) -> KeyCredential:
        given = self._given
        if given.kind == "metadata":
            own = KeyCredential(self._key_from(self._metadata.key), lambda: self._key_from(self._metadata.key))
        else:
            own = KeyCredential(given.key)
        if not given.agency_name:
            return own
        client = self._iam_client(ServiceAuthenticator(own, "iam"))

        def agency_key() -> AccessKey:
            return self._key_from(lambda: iam.agency_key(client, given))

        return KeyCredential(agency_key(), agency_key)

    def _key_from(self, source: Callable[[], AccessKey]) -> AccessKey:
        key = source()
        self._redact.add(key.secret, key.security_token)
        return key

    def _is_base(self, token: str) -> bool:
        """Tell whether a token has yet to be exchanged for the agency's; one that has expired is renewed when used."""
        client = self._iam_client(ServiceAuthenticator(TokenCredential(token), "iam"))
        try:
            return not iam.is_of_agency(client, token)
        except AuthError:
            if self._given.can_log_in:
                return False
            raise

    def _scope(self) -> Scope:
        given = self._given
        if self._project_id or given.project_id:
            return {"project": {"id": self._project_id or given.project_id}}
        domain = {"domain": given.project_domain} if given.project_domain else {}
        return {"project": {"name": given.project_name or self._settings.region, **domain}}

    def _log_in(self, scope: Scope) -> str:
        """Log in, or use the given token, and assume the agency where there is one; return the token."""
        given = self._given
        client = self._iam_client(None)
        if given.agency_name:
            base = given.token if given.token and not given.can_log_in else self._password_login(client, {}).token
            scope = scope or {"domain": given.project_domain}
            self.login = iam.assume_role(client, base, given, self._settings.cloud, scope)
        else:
            self.login = self._password_login(client, scope)
        self._redact.add(self.login.token)
        return self.login.token

    def _password_login(self, client: Client, scope: Scope) -> iam.Login:
        if self._given.passcode and self._passcode_sent:
            raise AuthError(_PASSCODE_USED, http_status=401, service="iam")
        self._passcode_sent = True
        login = iam.login(client, self._given, scope)
        self._redact.add(login.token)
        return login

    def _renewed_token(self) -> str:
        given = self._given
        if given.token and not (self._project_id or given.project_id or given.project_name):
            raise AuthError(
                "the token was rejected and the project is unknown; set project_id or project_name",
                http_status=401,
                service="iam",
            )
        # The one for which a token was given may have used the passcode.
        self._passcode_sent = True
        token = self._log_in(self._scope())
        renewed = self.login.identity.project_id if self.login else None
        if self._project_id and renewed != self._project_id:
            raise AuthError("the renewed token belongs to another project", service="iam")
        self.token_renewed = bool(given.token)
        return token
