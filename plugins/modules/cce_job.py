#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cce_job
short_description: Delete CCE job records
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes job records of Cloud Container Engine (CCE) with C(DELETE /api/v2/projects/{project_id}/jobs/{job_id}), one
    request for each.
  - Only the record is deleted; clusters and nodes are not affected.
  - Jobs with the status V(FAILED) or V(SUCCESS) can be deleted. The status is not looked up before a delete; if it is
    another one, the service decides. Check mode rejects such a job.
  - A job that does not exist counts as success, in RV(absent). Whether it exists is decided by the error codes of the
    service and, where these leave doubt, by listing.
  - In check mode the jobs are listed, and none is deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  job_ids:
    description:
      - The jobs, one or thousands, as IDs or as records that M(sundown.hwcloud.cce_job_info) returns. Duplicates are
        ignored.
      - The ID of a record is its C(id) or C(job_id). A record of another kind is an error, and other keys are ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: raw
    required: true
    aliases: [job_id]
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - The service does not document which statuses allow a delete. Only records of jobs that have ended are considered
    deletable.
seealso:
  - module: sundown.hwcloud.cce_job_info
  - module: sundown.hwcloud.environment
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete one job
  sundown.hwcloud.cce_job:
    region: eu-de
    job_id: 2ec9b78d-9368-46f3-8f29-d1a95622a568

- name: List the jobs with the status Success
  sundown.hwcloud.cce_job_info:
    region: eu-de
    select:
      - status: Success
  register: result

- name: Delete them, with 32 requests at a time
  sundown.hwcloud.cce_job:
    region: eu-de
    job_ids: "{{ result.records }}"
    concurrency: 32
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
  sample: [2ec9b78d-9368-46f3-8f29-d1a95622a568]
absent:
  description: IDs of the jobs that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [2ec9b78d-9368-46f3-8f29-d1a95622a569]
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
    run_delete("cce_job")


if __name__ == "__main__":
    main()
