#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: gaussdb_scheduled_task
short_description: Delete GaussDB scheduled task records
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes scheduled task records of GaussDB (openGauss) with C(DELETE
    /v3/{project_id}/instances/schedule-task/{task_id}), one request for each.
  - Only the record is deleted; instances are not affected.
  - Tasks with the status V(CANCELED), V(COMPLETED) or V(FAILED) can be deleted.
  - The tasks are listed first. A task with another status is rejected.
  - A task that is not listed counts as success, in RV(absent), and no delete is sent for it.
  - In check mode none is deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  task_ids:
    description:
      - The tasks, one or thousands, as IDs or as records that M(sundown.hwcloud.gaussdb_scheduled_task_info) returns.
        Duplicates are ignored.
      - The ID of a record is its C(id) or C(task_id). A record of another kind is an error, and other keys are ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: raw
    required: true
    aliases: [task_id]
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - The service lists the records of the last month only. Older records are not found by their IDs either.
  - A task with the status V(Pending) is a change that is still to come. It is never deleted.
seealso:
  - module: sundown.hwcloud.gaussdb_scheduled_task_info
  - module: sundown.hwcloud.environment
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete one task
  sundown.hwcloud.gaussdb_scheduled_task:
    region: cn-north-4
    task_id: 31b8ae23-c687-4d80-b7b4-42a66c9bb886

- name: List the tasks with the status Completed
  sundown.hwcloud.gaussdb_scheduled_task_info:
    region: cn-north-4
    select:
      - status: Completed
  register: result

- name: Delete them, with 32 requests at a time
  sundown.hwcloud.gaussdb_scheduled_task:
    region: cn-north-4
    task_ids: "{{ result.records }}"
    concurrency: 32
"""

RETURN = r"""
---
deleted:
  description:
    - IDs of the tasks that were deleted, in the order in which they were given.
    - In check mode the IDs of the tasks that would be deleted.
  returned: when the options are valid
  type: list
  elements: str
  sample: [31b8ae23-c687-4d80-b7b4-42a66c9bb886]
absent:
  description: IDs of the tasks that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [31b8ae23-c687-4d80-b7b4-42a66c9bb887]
failures:
  description: The tasks that were not deleted, and why. The module tries every task and then fails if there are any
    failures.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the task.
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
  description: Whether the service refused the credentials. No further request was sent then, and the tasks that were
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
      description: Number of different tasks in the options.
      type: int
    deleted:
      description: Number of tasks that were deleted.
      type: int
    absent:
      description: Number of tasks that did not exist any more.
      type: int
    failed:
      description: Number of tasks that were not deleted.
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
    run_delete("gaussdb_scheduled_task")


if __name__ == "__main__":
    main()
