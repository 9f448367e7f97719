# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients and the modules get credentials in the same way: from IAM, a server's metadata and a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huaweicloudsdkiam.v3 as iam
import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.credentials_file import load_credentials_file
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.iam import KEY_SECONDS
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.auth.provider import MetadataCredentialProvider, ProfileCredentialProvider
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, USER, CloudEmulator, small
from helpers.agencies import AGENCY, AGENT, NO_PASSWORD, OWN_DOMAIN, WITH_KEY, WITH_PASSWORD, with_agency
from helpers.emulator_calls import Caller
from helpers.http_stub import SmallServer
from helpers.metadata_service import KEY_PATH, TOKEN_PATH, Metadata, request_of
from helpers.proxies import use_proxy

from .clients import LANGUAGE, GaussDB
from .models import disagreements
from .vendor import HUAWEI, OTC

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:huaweicloudsdk.*")

PASSCODES = ["384215", "902468"]


@pytest.fixture(params=[OTC, HUAWEI])
def region(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def cloud(region: str) -> Iterator[CloudEmulator]:
    with CloudEmulator(with_agency(small(region=region))) as running:
        yield running


@pytest.fixture
def client(cloud: CloudEmulator) -> Any:
    """The vendor's client of IAM, with the access key of the agent."""
    identity = cloud.loaded.identity
    domain = identity.find_domain({"name": OWN_DOMAIN})
    assert domain
    credentials = GlobalCredentials(ACCESS_KEY, SECRET_KEY, domain.id)
    return iam.IamClient.new_builder().with_credentials(credentials).with_endpoint(cloud.endpoints["iam"]).build()


def taken(cloud: CloudEmulator) -> list[dict[str, Any]]:
    """The requests to IAM; the log is then empty."""
    shown = ("method", "path", "query", "body")
    found = [{key: entry[key] for key in shown} for entry in cloud.log if entry["service"] == "iam"]
    cloud.clear_log()
    return found


def lists_records(cloud: CloudEmulator, credentials: BasicCredentials) -> bool:
    """Whether the vendor's client of GaussDB gets all records with credentials."""
    found = GaussDB(cloud.endpoints["gaussdb"], credentials, LANGUAGE).list()
    held = cloud.records(f"{cloud.loaded.state.region}_retired", "gaussdb_job")
    return found == {record["id"]: record["status"] for record in held}


def test_both_clients_get_agency_key_with_same_request(cloud: CloudEmulator, call: Caller, client: Any) -> None:
    agency = iam.IdentityAssumerole(agency_name=AGENCY, domain_name=DOMAIN, duration_seconds=KEY_SECONDS)
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=agency)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(iam.AgencyAuth(identity))
    response = client.create_temporary_access_key_by_agency(iam.CreateTemporaryAccessKeyByAgencyRequest(body))
    theirs = taken(cloud)
    assert disagreements(response) == set()
    key = response.credential
    credentials = BasicCredentials(key.access, key.secret, call.project_id).with_security_token(key.securitytoken)
    assert lists_records(cloud, credentials)
    cloud.clear_log()
    assert call("gaussdb_job_info", project_id=call.project_id, **WITH_KEY)["records"]
    assert taken(cloud) == theirs


def password(name: str, domain: str) -> Any:
    owner = iam.PwdPasswordUserDomain(name=domain)
    return iam.PwdPassword(iam.PwdPasswordUser(domain=owner, name=name, password=PASSWORD))


def differences(response: Any) -> set[str]:
    """Those between a response and its model, without the model's name."""
    return {text.partition(".")[2] for text in disagreements(response)}


@pytest.mark.parametrize("region", [HUAWEI], indirect=True)
def test_both_clients_get_agency_token_with_same_requests(cloud: CloudEmulator, call: Caller, client: Any) -> None:
    """On Huawei Cloud: the vendor's client does not know the name that T Cloud Public has for an agency."""
    own_identity = iam.PwdIdentity(methods=["password"], password=password(AGENT, OWN_DOMAIN))
    own_body = iam.KeystoneCreateUserTokenByPasswordRequestBody(iam.PwdAuth(own_identity))
    request = iam.KeystoneCreateUserTokenByPasswordRequest(nocatalog="true", body=own_body)
    own = client.keystone_create_user_token_by_password(request)
    # Without a project there are no roles; the catalog is not asked for.
    assert differences(own) == {"token.roles: missing", "token.catalog: missing"}
    scope = iam.AgencyTokenScope(project=iam.AgencyTokenScopeProject(id=call.project_id))
    invoker = client.keystone_create_agency_token_invoker(agency_token_request(scope))
    response = invoker.add_header("X-Auth-Token", own.x_subject_token).invoke()
    theirs = taken(cloud)
    assert differences(response) == set()
    assert response.token.assumed_by.user.name == AGENT and response.token.project.id == call.project_id
    options = {"project_id": call.project_id, "project_name": None}
    assert call("gaussdb_job_info", token=response.x_subject_token, **options, **NO_PASSWORD)["records"]
    cloud.clear_log()
    assert call("gaussdb_job_info", **options, **WITH_PASSWORD)["records"]
    assert taken(cloud) == theirs


def agency_token_request(scope: Any) -> Any:
    agency = iam.AgencyTokenAssumerole(agency_name=AGENCY, domain_name=DOMAIN)
    identity = iam.AgencyTokenIdentity(methods=["assume_role"], assume_role=agency)
    body = iam.KeystoneCreateAgencyTokenRequestBody(iam.AgencyTokenAuth(identity, scope))
    return iam.KeystoneCreateAgencyTokenRequest(nocatalog="true", body=body)


@pytest.mark.parametrize("region", [HUAWEI], indirect=True)
def test_agency_token_without_token_refused(client: Any) -> None:
    """The vendor's client only signs the request."""
    scope = iam.AgencyTokenScope(domain=iam.AgencyTokenScopeDomain(name=DOMAIN))
    with pytest.raises(ClientRequestException) as refusal:
        client.keystone_create_agency_token(agency_token_request(scope))
    assert refusal.value.status_code == 401


def test_both_clients_send_passcode_in_same_way(cloud: CloudEmulator, call: Caller, client: Any) -> None:
    """The vendor's client has the user's name beside the password, and the user's ID beside the passcode."""
    user = next(iter(cloud.loaded.identity.users.values()))
    user.passcodes = [*PASSCODES]
    totp = iam.MfaTotp(iam.MfaTotpUser(id=user.id, passcode=PASSCODES[0]))
    identity = iam.MfaIdentity(methods=["password", "totp"], password=password(USER, DOMAIN), totp=totp)
    scope = iam.AuthScope(project=iam.AuthScopeProject(id=call.project_id))
    body = iam.KeystoneCreateUserTokenByPasswordAndMfaRequestBody(iam.MfaAuth(identity, scope))
    request = iam.KeystoneCreateUserTokenByPasswordAndMfaRequest(nocatalog="true", body=body)
    response = client.keystone_create_user_token_by_password_and_mfa(request)
    assert differences(response) == {"token.catalog: missing"} and response.x_subject_token
    with pytest.raises(ClientRequestException) as refusal:
        client.keystone_create_user_token_by_password_and_mfa(request)
    assert refusal.value.status_code == 401
    (theirs, _repeated) = taken(cloud)
    options = {"user_id": user.id, "passcode": PASSCODES[1], "project_id": call.project_id, "project_name": None}
    assert call("gaussdb_job_info", **options)["records"]
    (ours,) = taken(cloud)
    sent = ours["body"]["auth"]["identity"]
    assert sent["totp"]["user"].pop("passcode") == PASSCODES[1]
    sent["totp"]["user"]["passcode"] = PASSCODES[0]
    assert sent.pop("password") == {"user": {"id": user.id, "password": PASSWORD}}
    sent["password"] = theirs["body"]["auth"]["identity"]["password"]
    assert ours == theirs


@pytest.fixture
def server(metadata_server: SmallServer, monkeypatch: pytest.MonkeyPatch) -> SmallServer:
    """The metadata service of a server, also as a proxy for it: the vendor's client has a fixed address."""
    use_proxy(monkeypatch, metadata_server.url, "http_proxy")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return metadata_server


def taken_from(server: SmallServer) -> list[tuple[str, str, dict[str, str]]]:
    """Method, path and further headers of the requests; the log is then empty."""
    found = [
        (*request_of(asked), {name: value for name, value in asked.headers.items() if name.startswith("x-")})
        for asked in server.asked
    ]
    server.asked.clear()
    return found


def vendor_key(call: Caller) -> BasicCredentials:
    provider = MetadataCredentialProvider.get_basic()
    provider.project_id = call.project_id
    found: BasicCredentials = provider.get_credentials()
    return found


BY_METADATA = {**NO_PASSWORD, "metadata": True}


@pytest.mark.parametrize("status", [200, 404, 405, 503])
def test_both_clients_get_key_of_server_with_same_requests(
    cloud: CloudEmulator, call: Caller, machine: Metadata, server: SmallServer, status: int
) -> None:
    machine.token_status = status
    credentials = vendor_key(call)
    theirs = taken_from(server)
    assert [request[:2] for request in theirs] == [("PUT", TOKEN_PATH), ("GET", KEY_PATH)]
    assert credentials.security_token == machine.keys[0]["securitytoken"]
    assert lists_records(cloud, credentials)
    machine.tokens.clear()
    assert call("gaussdb_job_info", **BY_METADATA)["records"]
    assert taken_from(server) == theirs


def test_both_clients_key_of_server_without_agency_refused(
    call: Caller, machine: Metadata, server: SmallServer
) -> None:
    machine.agency = False
    with pytest.raises(ClientRequestException) as refusal:
        vendor_key(call)
    theirs = taken_from(server)
    machine.tokens.clear()
    result = call("gaussdb_job_info", **BY_METADATA)
    assert (result["http_status"], taken_from(server)) == (refusal.value.status_code, theirs)


def test_vendor_client_renews_refused_token_of_server(
    cloud: CloudEmulator, call: Caller, machine: Metadata, server: SmallServer
) -> None:
    """As it asks for another key long before one expires, it does so with each request here."""
    machine.key_seconds = 600.0
    credentials = vendor_key(call)
    taken_from(server)
    machine.expire_tokens()
    assert lists_records(cloud, credentials)
    assert [request[:2] for request in taken_from(server)] == [
        ("GET", KEY_PATH),
        ("PUT", TOKEN_PATH),
        ("GET", KEY_PATH),
    ]


@pytest.mark.parametrize("named", [True, False], ids=["named", "in home"])
def test_both_clients_read_same_credentials_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool) -> None:
    path = tmp_path / ".huaweicloud" / "credentials"
    if named:
        path = tmp_path / "elsewhere.ini"
        monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(path))
    path.parent.mkdir(exist_ok=True)
    given = {"ak": "AK1", "sk": "SK1", "security_token": "ST1", "project_id": "f00", "iam_endpoint": "https://iam.test"}
    path.write_text("\n".join(["[basic]", *(f"{name} = {value}" for name, value in given.items())]))
    theirs = ProfileCredentialProvider.get_basic().get_credentials()
    assert load_credentials_file() == {
        "access_key": theirs.ak,
        "secret_key": theirs.sk,
        "security_token": theirs.security_token,
        "project_id": theirs.project_id,
        "auth_url": theirs.iam_endpoint,
    }
