#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: identity_info
short_description: Get information about the authenticated project and user
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Authenticates and returns the project, the domain and the user that the credentials belong to.
  - With O(issue_token=true) the module also returns a token, so that a play needs one login only.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes.info_module
  - sundown.hwcloud.attributes.action_group
options:
  issue_token:
    description:
      - Whether to return RV(token). Use C(no_log) on such a task.
    type: bool
    default: false
seealso:
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Look up the project and the user, and fail if the credentials belong to another project
  sundown.hwcloud.identity_info:
    region: eu-de
    project_name: eu-de_shop
  register: identity

- name: Show the user
  ansible.builtin.debug:
    msg: "{{ identity.user_name }} of {{ identity.domain_name }}"

- name: Log in once for the whole play
  sundown.hwcloud.identity_info:
    region: eu-de
    issue_token: true
  register: login
  no_log: true
"""

RETURN = r"""
---
project_id:
  description: The ID of the project, V(null) where a token belongs to none.
  returned: success
  type: str
  sample: 0483b6b16e954cb88930a360d2c4e663
project_name:
  description: The name of the project.
  returned: success
  type: str
  sample: eu-de_shop
domain_name:
  description: The name of the domain (the account), V(null) where the API does not return it.
  returned: success
  type: str
  sample: OTC-EU-DE-00000000001000000001
user_name:
  description: The name of the user, V(null) with an access key, for which the API does not return it.
  returned: success
  type: str
  sample: operator
region:
  description: The region.
  returned: success
  type: str
  sample: eu-de
token:
  description:
    - The token of the login, scoped to the project.
    - V(null) if there was no login, because O(token), O(access_key) or O(metadata) is used; continue to use that.
  returned: with O(issue_token=true)
  type: str
  sample: gAAAAABexample
summary:
  description: Figures about the run.
  returned: when the options are valid
  type: dict
  contains:
    requests:
      description: Number of HTTP requests sent, logins and retries included.
      type: int
    throttled:
      description: Number of requests that the service throttled.
      type: int
    seconds:
      description: Duration of the run in seconds.
      type: float
  sample: {requests: 1, throttled: 0, seconds: 0.102}
service:
  description: The name of the service that failed.
  returned: when the project and the user could not be looked up
  type: str
  sample: iam
error_code:
  description: The error code of the service or of this collection, such as V(NoReply) or V(MalformedReply).
  returned: when the project and the user could not be looked up
  type: str
  sample: APIGW.0302
http_status:
  description: HTTP status of the response, V(null) where there was none.
  returned: when the project and the user could not be looked up
  type: int
  sample: 403
error_msg:
  description: The error message of the service or of this collection.
  returned: when the project and the user could not be looked up
  type: str
  sample: Incorrect IAM authentication information
request_id:
  description: The service's ID of the request, V(null) where there is none.
  returned: when the project and the user could not be looked up
  type: str
  sample: d9d2bd7f6b0b4ed5bc1b1f6c4d5e6f70
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.info import run_identity_info


def main() -> None:
    run_identity_info()


if __name__ == "__main__":
    main()
