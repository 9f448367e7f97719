#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: drs_job
short_description: Delete DRS replication tasks
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes jobs of Data Replication Service. B(This removes the replication task itself), not a mere record of it,
    and cannot be undone.
  - Uses C(DELETE /v5/{project_id}/jobs/{job_id}) or, with O(api_version=v3), C(DELETE
    /v3/{project_id}/jobs/batch-jobs) with one job each.
  - The jobs are looked up first. A job that is not stopped is refused, unless O(stop=true).
  - A job that is gone already counts as success. Whether it is gone is decided by the service's own error codes.
  - In check mode the jobs are listed, and none is stopped or deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  job_ids:
    description:
      - IDs of the jobs, one or thousands. An ID that is given twice counts once.
      - An ID holds letters, digits, C(-) and C(_); anything else is refused before a request is sent.
    type: list
    elements: str
    required: true
    aliases: [job_id]
  api_version:
    description:
      - The version of the API. The default is V(v3) in the regions of T Cloud Public, which have no other, and
        V(v5) elsewhere.
    type: str
    choices: [v5, v3]
  stop:
    description:
      - Whether a job that is not stopped is stopped first. A stopped job cannot be resumed.
      - Stopping takes a while; the module waits until the job has released its resources.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait for all jobs to release their resources, in seconds.
    type: float
    default: 600
  state:
    description: The only state there is.
    type: str
    choices: [absent]
    default: absent
seealso:
  - module: sundown.hwcloud.drs_job_info
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete a stopped job on Huawei Cloud
  sundown.hwcloud.drs_job:
    region: cn-north-4
    job_id: dc6016cf-f3b6-4c2d-b4d7-5084b0f00b20

- name: Stop what still runs, then delete, on T Cloud Public
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
    - In check mode those that would be deleted.
  returned: when the options are valid
  type: list
  elements: str
  sample: [6b00c41d-d54f-4bcb-80da-566ccedc2b5d]
absent:
  description: IDs of the jobs that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [dc6016cf-f3b6-4c2d-b4d7-5084b0f00b20]
failures:
  description: The jobs that were not deleted, and why. The module fails if there are any, after all the others were
    tried.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The job.
      type: str
    http_status:
      description: Status of the reply, V(null) where there was none.
      type: int
    error_code:
      description: The error code of the service or, for V(NotDeletable), V(NoReply), V(Stalled) and the like, of
        this collection.
      type: str
    error_msg:
      description: What the service said.
      type: str
    request_id:
      description: The service's ID of the request, which its support asks for.
      type: str
  sample: []
credentials_refused:
  description: Whether the credentials were refused. Nothing more was sent with them then; what was still to be deleted
    stands in RV(failures).
  returned: when the options are valid
  type: bool
  sample: false
token_renewed:
  description: Whether O(token) was no longer accepted and the module logged in for another, which it does not return.
  returned: when the options are valid
  type: bool
  sample: false
summary:
  description: The run in figures; RV(summary.requested) is the sum of RV(summary.deleted), RV(summary.absent) and
    RV(summary.failed).
  returned: when the options are valid
  type: dict
  contains:
    requested:
      description: Number of different jobs that were asked for.
      type: int
    deleted:
      description: Number of jobs deleted.
      type: int
    absent:
      description: Number of jobs that were gone already.
      type: int
    failed:
      description: Number of jobs that were not deleted.
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
  sample: {requested: 3, deleted: 2, absent: 1, failed: 0, requests: 4, throttled: 0, seconds: 0.412}
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.delete import run_delete


def main() -> None:
    run_delete("drs_job")


if __name__ == "__main__":
    main()
