#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: environment_info
short_description: List the job and task records of several services at once
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Lists the records of several services in one call, side by side and with one login.
  - It fails only where no service could be listed at all. RV(listings) tells which were listed completely; whoever
    reads RV(records) must read it, too.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes.info_module
  - sundown.hwcloud.attributes.action_group
options:
  services:
    description:
      - Names of the services.
      - Known are V(drs), V(gaussdb), V(dms), V(dcs) and V(cce).
    type: list
    elements: str
    default: [drs, gaussdb, dms, dcs, cce]
  api_version:
    description:
      - The version of the DRS API. The default is V(v3) in the regions of T Cloud Public, which have no other, and
        V(v5) elsewhere.
    type: str
    choices: [v5, v3]
seealso:
  - module: sundown.hwcloud.identity_info
"""

EXAMPLES = r"""
---
- name: List everything that an environment has left behind
  sundown.hwcloud.environment_info:
    region: eu-de
    project_name: eu-de_shop
  register: found

- name: Stop unless every list is complete
  ansible.builtin.assert:
    that: found.listings.values() | map(attribute='state') | unique == ['complete']
"""

RETURN = r"""
---
records:
  description: The records of all services that could be listed, in the order of O(services).
  returned: success
  type: list
  elements: dict
  contains:
    service:
      description: Name of the service.
      type: str
    region:
      description: The region.
      type: str
    project_id:
      description: ID of the project.
      type: str
    instance_id:
      description: The instance that the record belongs to, V(null) where the API names none.
      type: str
    id:
      description: The ID by which the record is deleted.
      type: str
    name:
      description: Name of the record or kind of the work, V(null) where unknown.
      type: str
    status:
      description: The status as the service spells it.
      type: str
    created_at:
      description: ISO 8601, UTC; V(null) where unknown.
      type: str
    updated_at:
      description: ISO 8601, UTC; V(null) where unknown.
      type: str
    deletable:
      description: Whether the status is known to allow a delete and the ID can be used as it came.
      type: bool
  sample:
    - service: gaussdb
      region: eu-de
      project_id: 0483b6b16e954cb88930a360d2c4e663
      instance_id: 8f0d5f6f3b6e4a0fb1a1c0b7a1c3d2e1in14
      id: 6b00c41d-d54f-4bcb-80da-566ccedc2b5d
      name: BackupSnapshotGaussDBV5InInstance
      status: Completed
      created_at: "2026-11-02T08:15:07Z"
      updated_at: "2026-11-02T08:16:41Z"
      deletable: true
listings:
  description: How the listing of each service ended, by its name.
  returned: when the options are valid
  type: dict
  contains:
    state:
      description:
        - V(complete), V(failed), or V(unsupported) where the service is not offered or its list is not published in
          the region.
      type: str
    listed:
      description: Number of records.
      type: int
    error_code:
      description: The error code of the service or of this collection, V(null) where nothing failed.
      type: str
    error_msg:
      description: What the service said, V(null) where nothing failed.
      type: str
  sample: {gaussdb: {state: complete, listed: 12, error_code: null, error_msg: null}}
summary:
  description: The run in figures.
  returned: when the options are valid
  type: dict
  contains:
    listed:
      description: Number of records.
      type: int
    requests:
      description: Number of HTTP requests sent, logins and repetitions included.
      type: int
    throttled:
      description: Number of requests that the service throttled.
      type: int
    seconds:
      description: How long the run took.
      type: float
  sample: {listed: 120, requests: 3, throttled: 0, seconds: 0.231}
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.info import run_environment_info


def main() -> None:
    run_environment_info()


if __name__ == "__main__":
    main()
