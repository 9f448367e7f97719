#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dms_instance
short_description: Delete DMS Kafka, RabbitMQ and RocketMQ instances
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes Kafka, RabbitMQ and RocketMQ instances of Distributed Message Service (DMS) with C(DELETE
    /v2/{project_id}/instances/{instance_id}), one request for each.
  - Only the record is deleted; instances are not affected.
  - Instances with the status V(CREATEFAILED), V(ERROR), V(EXTENDEDFAILED) or V(RUNNING) can be deleted.
  - A instance that does not exist counts as success. Whether it exists is decided by the error codes of the service
    and, where these leave doubt, by listing.
  - In check mode the instances are listed, and none is deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  instance_ids:
    description:
      - The instances, one or thousands, as IDs or as records that M(sundown.hwcloud.dms_instance_info) returns.
        Duplicates are ignored.
      - The ID of a record is its C(id) or C(instance_id). A record of another kind is an error, and other keys are
        ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: raw
    required: true
    aliases: [instance_id]
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - All topics, queues and messages of a deleted instance are lost. The background task records go with it.
seealso:
  - module: sundown.hwcloud.dms_instance_info
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete one instance
  sundown.hwcloud.dms_instance:
    region: eu-de
    instance_id: 54602a9d-5e22-4239-9123-77e350df4a34

- name: List the instances with the status RUNNING
  sundown.hwcloud.dms_instance_info:
    region: eu-de
    select:
      - status: RUNNING
  register: result

- name: Delete them, with 32 requests at a time
  sundown.hwcloud.dms_instance:
    region: eu-de
    instance_ids: "{{ result.records }}"
    concurrency: 32
"""

RETURN = r"""
---
deleted:
  description:
    - IDs of the instances that were deleted, in the order in which they were given.
    - In check mode the IDs of the instances that would be deleted.
  returned: when the options are valid
  type: list
  elements: str
  sample: [54602a9d-5e22-4239-9123-77e350df4a34]
absent:
  description: IDs of the instances that did not exist any more.
  returned: when the options are valid
  type: list
  elements: str
  sample: [7b1c5c1e-0d6e-4f0a-8f83-9d2b7f1d6c55]
failures:
  description: The instances that were not deleted, and why. The module tries every instance and then fails if there are
    any failures.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the instance.
      type: str
    http_status:
      description: HTTP status of the response, V(null) where there was none.
      type: int
    error_code:
      description: The error code of the service or of this collection, such as V(NotDeletable), V(NoReply) or
        V(Stalled). V(null) where the service returned none.
      type: str
    error_msg:
      description: The error message of the service or of this collection.
      type: str
    request_id:
      description: The service's ID of the request, which its support asks for. V(null) where there is none.
      type: str
  sample: []
credentials_refused:
  description: Whether the service refused the credentials. No further request was sent then, and the instances that
    were still to be deleted are listed in RV(failures).
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
      description: Number of different instances in the options.
      type: int
    deleted:
      description: Number of instances that were deleted.
      type: int
    absent:
      description: Number of instances that did not exist any more.
      type: int
    failed:
      description: Number of instances that were not deleted.
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
    run_delete("dms_instance")


if __name__ == "__main__":
    main()
