# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the connection and for authentication."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  region:
    description:
      - The region, for example V(eu-de) or V(cn-north-4). It alone determines the cloud and its hosts.
        V(eu-de), V(eu-nl) and V(eu-ch2) are T Cloud Public (Open Telekom Cloud), all others Huawei Cloud.
      - If not set, the region of the entry of O(cloud) is used, else E(OS_REGION_NAME) or E(HW_REGION_NAME), which also
        choose among several regions of the entry, else the first region of the C(profile) of the entry. Where nothing
        names a region, it is read from the prefix of the project's name, with a warning.
    type: str
    aliases: [region_name]
  project_id:
    description:
      - The ID of the project.
      - If not set, E(OS_PROJECT_ID), E(HUAWEICLOUD_SDK_PROJECT_ID) or E(HW_PROJECT_ID) is used.
      - With neither O(project_id) nor O(project_name), the project of the token is used, or the project that has the
        name of the region.
    type: str
  project_name:
    description:
      - The name of the project, for example V(eu-de_shop).
      - If not set, E(OS_PROJECT_NAME) or E(HW_PROJECT_NAME) is used.
      - If O(project_id) is given too, both must belong to the same project wherever the credentials allow this check.
    type: str
  auth_url:
    description:
      - URL of the identity service, with or without C(/v3) at its end. It takes precedence over C(iam) in
        O(endpoints) and over the region.
      - If not set, E(OS_AUTH_URL) or E(HW_AUTH_URL) is used.
    type: str
  username:
    description:
      - Name of the user who logs in. Requires O(password), and O(domain_name) or O(domain_id).
      - If not set, E(OS_USERNAME) or E(HW_USER_NAME) is used.
    type: str
  password:
    description:
      - Password of the user.
      - If not set, E(OS_PASSWORD) or E(HW_USER_PASSWORD) is used.
    type: str
  domain_name:
    description:
      - Name of the domain (the account) of the user and the project.
      - If not set, E(OS_USER_DOMAIN_NAME), E(OS_DOMAIN_NAME) or E(HW_DOMAIN_NAME) is used.
    type: str
    aliases: [user_domain_name]
  user_id:
    description:
      - ID of the user who logs in, in place of O(username) and O(domain_name). An ID takes precedence over a name.
      - If not set, E(OS_USER_ID) or E(HW_USER_ID) is used.
    type: str
  domain_id:
    description:
      - ID of the domain (the account) of the user and the project, in place of O(domain_name).
      - If not set, E(OS_USER_DOMAIN_ID), E(OS_DOMAIN_ID) or E(HW_DOMAIN_ID) is used.
    type: str
    aliases: [user_domain_id]
  project_domain_name:
    description:
      - Name of the domain of the project. The default is the domain of the user.
      - If not set, E(OS_PROJECT_DOMAIN_NAME) is used.
    type: str
  project_domain_id:
    description:
      - ID of the domain of the project. The default is the domain of the user.
      - If not set, E(OS_PROJECT_DOMAIN_ID) is used.
    type: str
  passcode:
    description:
      - The current code of the virtual MFA device of the user. It is sent once with O(password) and never again, so a
        token that expires then ends the run.
      - If not set, E(OS_PASSCODE) is used.
    type: str
  agency_name:
    description:
      - Name of an agency (a trust) in another account, which the credentials assume. The project is then one of that
        account. Requires O(agency_domain_name).
      - With an access key the temporary key of the agency is used.
      - If not set, E(OS_AGENCY_NAME) or E(HW_ASSUME_ROLE_AGENCY_NAME) is used.
    type: str
  agency_domain_name:
    description:
      - Name of the account that has created the agency.
      - If not set, E(OS_AGENCY_DOMAIN_NAME) or E(HW_ASSUME_ROLE_DOMAIN_NAME) is used.
    type: str
  metadata:
    description:
      - Whether to use the temporary access key of the agency of this server, which its metadata service returns. Only
        this request uses plain C(http), without a proxy.
      - Other credentials take precedence.
    type: bool
    default: false
  token:
    description:
      - A token that is scoped to the project. A token takes precedence over an access key, and an access key over a
        password.
      - If a password is given too, a token that is no longer accepted is renewed once.
      - If not set, E(OS_TOKEN), E(OS_AUTH_TOKEN) or E(HW_AUTH_TOKEN) is used.
    type: str
  access_key:
    description:
      - ID of an access key. Requires O(secret_key). Requests are then signed (SDK-HMAC-SHA256) without a login.
      - If not set, E(OS_ACCESS_KEY), E(HUAWEICLOUD_SDK_AK), E(HW_ACCESS_KEY) or E(OTC_SDK_AK) is used, and then, before
        a password, the credentials file of the vendor's SDKs, E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) or
        C(~/.huaweicloud/credentials).
    type: str
  secret_key:
    description:
      - The secret of the access key.
      - If not set, E(OS_SECRET_KEY), E(HUAWEICLOUD_SDK_SK), E(HW_SECRET_KEY) or E(OTC_SDK_SK) is used.
    type: str
  security_token:
    description:
      - The security token that belongs to a temporary access key.
      - If not set, E(OS_SECURITY_TOKEN), E(HUAWEICLOUD_SDK_SECURITY_TOKEN) or E(HW_SECURITY_TOKEN) is used.
    type: str
  cloud:
    description:
      - Name of an entry of C(clouds.yaml), which is searched for in E(OS_CLIENT_CONFIG_FILE), the current directory,
        C(~/.config/openstack) and C(/etc/openstack).
        A C(secure.yaml), for which E(OS_CLIENT_SECURE_FILE) may be set, is merged into it.
      - The current directory is the one in which the module runs, which is that of the playbook on a local connection.
        The role P(sundown.hwcloud.decommission#role) first searches the directory in which C(ansible-playbook) was
        started.
      - The entry takes precedence over environment variables; options of the task take precedence over the entry.
        If the entry contains a credential, no credential of the environment is used.
      - The C(profile) of an entry, such as C(otc), its C(regions), the IDs of users and domains, and C(verify) or
        C(insecure) are read, too.
      - Requires PyYAML where the module runs.
      - If not set, E(OS_CLOUD) is used.
    type: str
  endpoints:
    description:
      - Base URLs that replace those of the region, by name of the service.
      # begin generated: endpoints
      - The names are V(iam), V(drs), V(gaussdb), V(dms), V(dcs), V(cce), V(rds) and V(taurusdb).
      # end generated
      - Plain C(http) is accepted for the local machine only.
    type: dict
  validate_certs:
    description:
      - Whether to verify the certificates of the services. The default is V(true), unless E(OS_INSECURE) is true or the
        entry of O(cloud) says otherwise.
    type: bool
  ca_cert:
    description:
      - Path of a file with the certificates of the trusted authorities.
      - If not set, E(OS_CACERT) is used, then E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE), which may also name a
        directory.
    type: path
    aliases: [cacert]
  timeout:
    description:
      - Time limit in seconds for connecting to the service, and for sending one request and reading its whole response.
      - A response that is not complete by then counts as lost, and the request is retried where that is safe. A list
        that the service returns in one response must fit into this time.
    type: float
    default: 30
requirements:
  - python >= 3.9
  - requests
"""

    # For a plugin Ansible itself reads the environment; the last variable that is set takes precedence.
    PLUGIN = r"""
options:
  # begin generated: environment variables
  region:
    env:
      - name: HW_REGION_NAME
      - name: OS_REGION_NAME
  project_id:
    env:
      - name: HW_PROJECT_ID
      - name: HUAWEICLOUD_SDK_PROJECT_ID
      - name: OS_PROJECT_ID
  project_name:
    env:
      - name: HW_PROJECT_NAME
      - name: OS_PROJECT_NAME
  auth_url:
    env:
      - name: HW_AUTH_URL
      - name: OS_AUTH_URL
  username:
    env:
      - name: HW_USER_NAME
      - name: OS_USERNAME
  password:
    env:
      - name: HW_USER_PASSWORD
      - name: OS_PASSWORD
  domain_name:
    env:
      - name: HW_DOMAIN_NAME
      - name: OS_DOMAIN_NAME
      - name: OS_USER_DOMAIN_NAME
  user_id:
    env:
      - name: HW_USER_ID
      - name: OS_USER_ID
  domain_id:
    env:
      - name: HW_DOMAIN_ID
      - name: OS_DOMAIN_ID
      - name: OS_USER_DOMAIN_ID
  project_domain_name:
    env:
      - name: OS_PROJECT_DOMAIN_NAME
  project_domain_id:
    env:
      - name: OS_PROJECT_DOMAIN_ID
  passcode:
    env:
      - name: OS_PASSCODE
  agency_name:
    env:
      - name: HW_ASSUME_ROLE_AGENCY_NAME
      - name: OS_AGENCY_NAME
  agency_domain_name:
    env:
      - name: HW_ASSUME_ROLE_DOMAIN_NAME
      - name: OS_AGENCY_DOMAIN_NAME
  token:
    env:
      - name: HW_AUTH_TOKEN
      - name: OS_AUTH_TOKEN
      - name: OS_TOKEN
  access_key:
    env:
      - name: OTC_SDK_AK
      - name: HW_ACCESS_KEY
      - name: HUAWEICLOUD_SDK_AK
      - name: OS_ACCESS_KEY
  secret_key:
    env:
      - name: OTC_SDK_SK
      - name: HW_SECRET_KEY
      - name: HUAWEICLOUD_SDK_SK
      - name: OS_SECRET_KEY
  security_token:
    env:
      - name: HW_SECURITY_TOKEN
      - name: HUAWEICLOUD_SDK_SECURITY_TOKEN
      - name: OS_SECURITY_TOKEN
  cloud:
    env:
      - name: OS_CLOUD
  ca_cert:
    env:
      - name: OS_CACERT
  # end generated
"""
