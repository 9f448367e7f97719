#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dms_task
short_description: Delete DMS for Kafka background task records
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes background task records of Kafka instances with C(DELETE
    /v2/{project_id}/instances/{instance_id}/tasks/{task_id}), one request each.
  - Only the record goes; the instance is not touched. Records of ended tasks (SUCCESS, FAILED, CANCELLED) can be
    deleted.
  - A record whose instance is gone is gone with it.
  - A record that is gone already counts as success. Whether it is gone is decided by the service's own error codes,
    and where they leave a doubt, by listing.
  - In check mode the records are listed and none is deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  instance_id:
    description: The instance of all tasks in O(task_ids).
    type: str
  task_ids:
    description:
      - IDs of the records, one or thousands. An ID that is given twice counts once.
      - An ID holds letters, digits, C(-) and C(_); anything else is refused before a request is sent.
      - O(instance_id) is required with it. Mutually exclusive with O(tasks).
    type: list
    elements: str
    aliases: [task_id]
  tasks:
    description: Records of several instances.
    type: list
    elements: dict
    suboptions:
      instance_id:
        description: The instance.
        type: str
        required: true
      task_id:
        description: The record.
        type: str
        required: true
  state:
    description: The only state there is.
    type: str
    choices: [absent]
    default: absent
seealso:
  - module: sundown.hwcloud.dms_task_info
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete two records of one instance
  sundown.hwcloud.dms_task:
    region: eu-de
    instance_id: 54602a9d-5e22-4239-9123-77e350df4a34
    task_ids:
      - 8abfa7b27da211df017da340427b0979
      - 8abfa7b27da211df017da340427b0980

- name: Find what has ended on all instances
  sundown.hwcloud.dms_task_info:
    region: eu-de
  register: found

- name: Delete all of it in one call
  sundown.hwcloud.dms_task:
    region: eu-de
    tasks: "{{ ended }}"
  vars:
    ended: >-
      {%- set tasks = [] -%}
      {%- for record in found.records if record.deletable -%}
      {{- tasks.append({'instance_id': record.instance_id, 'task_id': record.id}) -}}
      {%- endfor -%}
      {{ tasks }}
"""

RETURN = r"""
---
deleted:
  description:
    - IDs of the tasks that were deleted, in the order in which they were given.
    - In check mode those that would be deleted.
  returned: when the options are valid
  type: list
  elements: str
  sample: [6b00c41d-d54f-4bcb-80da-566ccedc2b5d]
absent:
  description: IDs of the tasks that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [dc6016cf-f3b6-4c2d-b4d7-5084b0f00b20]
failures:
  description: The tasks that were not deleted, and why. The module fails if there are any, after all the others
    were tried.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The task.
      type: str
    instance_id:
      description: The instance of the task.
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
      description: Number of different tasks that were asked for.
      type: int
    deleted:
      description: Number of tasks deleted.
      type: int
    absent:
      description: Number of tasks that were gone already.
      type: int
    failed:
      description: Number of tasks that were not deleted.
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
    run_delete("dms_task")


if __name__ == "__main__":
    main()
