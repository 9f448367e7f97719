#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dms_task
short_description: Delete DMS background task records
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes background task records of instances of Distributed Message Service (DMS) with C(DELETE
    /v2/{project_id}/instances/{instance_id}/tasks/{task_id}), one request for each.
  - Only the record is deleted; instances are not affected.
  - Tasks with the status V(CANCELLED), V(FAILED) or V(SUCCESS) can be deleted. The status is not looked up before a
    delete; if it is another one, the service decides. Check mode rejects such a task.
  - If an instance does not exist, its tasks do not exist either.
  - A task that does not exist counts as success, in RV(absent). Whether it exists is decided by the error codes of the
    service and, where these leave doubt, by listing.
  - In check mode the tasks are listed, and none is deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  instance_id:
    description: The ID of the instance that all tasks in O(task_ids) belong to.
    type: str
  task_ids:
    description:
      - The tasks, one or thousands, as IDs or as records that M(sundown.hwcloud.dms_task_info) returns. Duplicates are
        ignored.
      - The ID of a record is its C(id) or C(task_id). A record of another kind is an error, and other keys are ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
      - Requires O(instance_id), which records must belong to. Mutually exclusive with O(tasks).
    type: list
    elements: raw
    aliases: [task_id]
  tasks:
    description: Tasks of several instances, such as the records that M(sundown.hwcloud.dms_task_info) returns. A record
      of another kind is an error, and other keys are ignored.
    type: list
    elements: dict
    suboptions:
      instance_id:
        description: The ID of the instance.
        type: str
        required: true
      task_id:
        description: The ID of the task. Required unless there is an O(tasks[].id).
        type: str
      id:
        description: The ID of the task, as in a record.
        type: str
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - T Cloud Public documents these records for Kafka instances only.
seealso:
  - module: sundown.hwcloud.dms_task_info
  - module: sundown.hwcloud.environment
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete two tasks of one instance
  sundown.hwcloud.dms_task:
    region: eu-de
    instance_id: 54602a9d-5e22-4239-9123-77e350df4a34
    task_ids:
      - 8abfa7b27da211df017da340427b0979
      - 8abfa7b27da211df017da340427b0980

- name: List the tasks with the status SUCCESS
  sundown.hwcloud.dms_task_info:
    region: eu-de
    select:
      - status: SUCCESS
  register: result

- name: Delete them, with 32 requests at a time
  sundown.hwcloud.dms_task:
    region: eu-de
    tasks: "{{ result.records }}"
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
  sample: [8abfa7b27da211df017da340427b0979]
absent:
  description: IDs of the tasks that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [8abfa7b27da211df017da340427b0980]
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
    instance_id:
      description: The ID of the instance that the task belongs to.
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
    run_delete("dms_task")


if __name__ == "__main__":
    main()
