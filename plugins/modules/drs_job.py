#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: drs_job
short_description: Delete DRS replication tasks
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes replication tasks of Data Replication Service (DRS) with C(DELETE /v5/{project_id}/jobs/{job_id}) or
    C(DELETE /v3/{project_id}/jobs/batch-jobs) with O(api_version=v3), one request for each.
  - B(This removes the replication task itself), not a record of it, and cannot be undone.
  - Jobs with the status V(CREATE_FAILED), V(RELEASE_CHILD_TRANSFER_COMPLETE) or V(RELEASE_RESOURCE_COMPLETE) can be
    deleted.
  - The jobs are listed first. With API version V(v5) those that are not in the list are looked up one by one. A job
    with another status is rejected, unless O(stop=true).
  - A job that is prepaid (yearly/monthly) fails with V(Prepaid); unsubscribe from the job instead.
  - A job that is not found counts as success, in RV(absent), and no delete is sent for it.
  - In check mode none is deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  job_ids:
    description:
      - The jobs, one or thousands, as IDs or as records that M(sundown.hwcloud.drs_job_info) returns. Duplicates are
        ignored.
      - The ID of a record is its C(id) or C(job_id). A record of another kind is an error, and other keys are ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: raw
    required: true
    aliases: [job_id]
  api_version:
    description: The version of the DRS API. The default is V(v3) on T Cloud Public and V(v5) on Huawei Cloud.
    type: str
    choices: [v5, v3]
  stop:
    description:
      - Whether a job that is still running is stopped before it is deleted. A stopped job cannot be resumed.
      - The module waits until the job has released its resources.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait for all jobs to release their resources, in seconds.
    type: float
    default: 600
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - API version V(v5) documents its list for fewer types of jobs than its delete, so the list may lack jobs. Version
    V(v3) lists by engine type; jobs of undocumented engine types are not listed.
seealso:
  - module: sundown.hwcloud.drs_job_info
  - module: sundown.hwcloud.environment
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete one job
  sundown.hwcloud.drs_job:
    region: eu-de
    job_id: 140b5236-88ad-43c8-811c-12684530b101

- name: List the jobs with the status RELEASE_RESOURCE_COMPLETE
  sundown.hwcloud.drs_job_info:
    region: eu-de
    select:
      - status: RELEASE_RESOURCE_COMPLETE
  register: result

- name: Delete them, with 32 requests at a time
  sundown.hwcloud.drs_job:
    region: eu-de
    job_ids: "{{ result.records }}"
    concurrency: 32

- name: Stop jobs that are still running and delete them
  sundown.hwcloud.drs_job:
    region: eu-de
    job_ids:
      - 140b5236-88ad-43c8-811c-12684530b101
      - 2f5e1ad3-6a1e-4b7e-9d5c-0c4df2c0b201
    stop: true
    wait_timeout: 1200
"""

RETURN = r"""
---
deleted:
  description:
    - IDs of the jobs that were deleted, in the order in which they were given.
    - In check mode the IDs of the jobs that would be deleted.
  returned: when the options are valid
  type: list
  elements: str
  sample: [140b5236-88ad-43c8-811c-12684530b101]
absent:
  description: IDs of the jobs that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [2f5e1ad3-6a1e-4b7e-9d5c-0c4df2c0b201]
failures:
  description: The jobs that were not deleted, and why. The module tries every job and then fails if there are any
    failures.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the job.
      type: str
    http_status:
      description: HTTP status of the response, V(null) where there was none.
      type: int
    error_code:
      description: The error code of the service or of this collection, such as V(NotDeletable), V(Stalled) or
        V(NoReply). V(null) where the service returned none.
      type: str
    error_msg:
      description: The error message of the service or of this collection.
      type: str
    request_id:
      description: The service's ID of the request, which its support asks for. V(null) where there is none.
      type: str
  sample: []
credentials_refused:
  description: Whether the service refused the credentials. No further request was sent then, and the jobs that were
    still to be deleted are listed in RV(failures).
  returned: when the options are valid
  type: bool
  sample: false
token_renewed:
  description: Whether O(token) was no longer accepted and the module logged in again. The new token is not returned.
  returned: when the options are valid
  type: bool
  sample: false
summary:
  description: Figures about the run. RV(summary.requested) is the sum of RV(summary.deleted), RV(summary.absent) and
    RV(summary.failed).
  returned: when the options are valid
  type: dict
  contains:
    requested:
      description: Number of different jobs in the options.
      type: int
    deleted:
      description: Number of jobs that were deleted.
      type: int
    absent:
      description: Number of jobs that did not exist any more.
      type: int
    failed:
      description: Number of jobs that were not deleted.
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
  sample: {requested: 2, deleted: 1, absent: 1, failed: 0, requests: 3, throttled: 0, seconds: 0.412}
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.delete import run_delete


def main() -> None:
    run_delete("drs_job")


if __name__ == "__main__":
    main()
