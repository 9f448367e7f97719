#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cce_job_info
short_description: List CCE job records
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Lists job records of Cloud Container Engine (CCE).
  - Sub-jobs are part of their job and are not listed separately.
  - A listing that cannot be completed is a failure, never an empty list.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.select
  - sundown.hwcloud.attributes.info_module
  - sundown.hwcloud.attributes.action_group
notes:
  - The service does not document which statuses allow a delete. Only records of jobs that have ended are considered
    deletable.
seealso:
  - module: sundown.hwcloud.cce_job
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: List all jobs
  sundown.hwcloud.cce_job_info:
    region: eu-de
  register: result

- name: List the jobs with the status Success that are older than 30 days
  sundown.hwcloud.cce_job_info:
    region: eu-de
    select:
      - status: Success
        older_than: 30d

- name: Show the IDs of the jobs that can be deleted
  ansible.builtin.debug:
    msg: "{{ result.records | selectattr('deletable') | map(attribute='id') }}"
"""

RETURN = r"""
---
records:
  description: The jobs, all of them or those that O(select) matches.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The kind, which is the name of the module that deletes it.
      type: str
    service:
      description: The name of the service, as in O(endpoints).
      type: str
    region:
      description: The region.
      type: str
    project_id:
      description: The ID of the project.
      type: str
    instance_id:
      description: The ID of the instance that the record belongs to, V(null) where the API returns none.
      type: str
    id:
      description: The ID by which it is deleted.
      type: str
    name:
      description: The name of the record or of the operation, V(null) where unknown.
      type: str
    status:
      description: The status as the service spells it.
      type: str
    created_at:
      description: When it was created, ISO 8601 in UTC; V(null) where unknown.
      type: str
    updated_at:
      description: When it was changed, ISO 8601 in UTC; V(null) where unknown.
      type: str
    deletable:
      description:
        - Whether the status is known to allow a delete and the ID can be used as the service returned it.
      type: bool
    tags:
      description: The tags, V(null) where the API does not return them.
      type: dict
    enterprise_project_id:
      description: The ID of the enterprise project, V(null) where the API returns none.
      type: str
    prepaid:
      description: Whether it is prepaid (yearly/monthly), V(null) where the API does not return that.
      type: bool
    protected:
      description: Whether its deletion protection is on, V(null) where the API does not return that.
      type: bool
  sample:
    - kind: cce_job
      service: cce
      region: eu-de
      project_id: 0483b6b16e954cb88930a360d2c4e663
      instance_id: null
      id: 2ec9b78d-9368-46f3-8f29-d1a95622a568
      name: CreateCluster
      status: Success
      created_at: "2026-11-02T08:15:07Z"
      updated_at: "2026-11-02T08:16:41Z"
      deletable: true
      tags: null
      enterprise_project_id: null
      prepaid: null
      protected: null
summary:
  description: Figures about the run.
  returned: when the options are valid
  type: dict
  contains:
    listed:
      description: Number of jobs that were listed, before O(select) is applied.
      returned: success
      type: int
    requests:
      description: Number of HTTP requests sent, logins and retries included.
      type: int
    throttled:
      description: Number of requests that the service throttled.
      type: int
    seconds:
      description: Duration of the run in seconds.
      type: float
  sample: {listed: 120, requests: 3, throttled: 0, seconds: 0.231}
service:
  description: The name of the service that failed.
  returned: when the listing failed
  type: str
  sample: cce
error_code:
  description: The error code of the service or of this collection, such as V(NoReply) or V(MalformedReply).
  returned: when the listing failed
  type: str
  sample: APIGW.0302
http_status:
  description: HTTP status of the response, V(null) where there was none.
  returned: when the listing failed
  type: int
  sample: 403
error_msg:
  description: The error message of the service or of this collection.
  returned: when the listing failed
  type: str
  sample: Incorrect IAM authentication information
request_id:
  description: The service's ID of the request, V(null) where there is none.
  returned: when the listing failed
  type: str
  sample: d9d2bd7f6b0b4ed5bc1b1f6c4d5e6f70
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.info import run_info


def main() -> None:
    run_info("cce_job")


if __name__ == "__main__":
    main()
