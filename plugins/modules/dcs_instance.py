#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dcs_instance
short_description: Delete DCS instances
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes instances of Distributed Cache Service (DCS) with C(DELETE /v2/{project_id}/instances/{instance_id}), one
    request for each.
  - B(This deletes the instance itself), not a record of it. All its backups are deleted with it.
  - The service carries the deletion out in the background. An instance only counts as deleted when the service no
    longer lists it, for which the module waits, see O(wait).
  - The instances are listed first. An instance that is not listed counts as success, in RV(absent). One that must not
    be deleted fails with one of the codes below in RV(failures[].error_code), and no delete is sent for it.
  - V(Prepaid), if it is prepaid (yearly/monthly); unsubscribe from the instance instead.
  - V(NotDeletable), if its status is V(PAYING); pay or cancel the order first.
  - V(NotDeletable), if its status is V(FREEZING) or V(FROZEN); settle the bill that froze the instance, or open a
    service ticket.
  - V(NotDeletable), if its status is V(CLOSED); start the instance first.
  - V(NotDeletable), if its status is one that the collection does not know.
  - For instances with the status V(CREATEFAILED), V(ERROR) or V(RUNNING) the delete is sent at once. The status
    V(CLOSING), V(CREATING), V(EXTENDING), V(FLUSHING), V(IPEXCHANGING), V(MIGRATING), V(RESTARTING), V(RESTORING),
    V(ROLLBACKING), V(STARTING) or V(UPGRADING) ends by itself; the module waits for that and then sends the delete.
  - An instance with the status V(DELETING) is being deleted already. The module only waits for it, even if it is
    prepaid, and returns it in RV(absent).
  - If the service refuses a delete because the instance is busy, the delete is sent again after the next listing, until
    O(wait_timeout) is over.
  - In check mode the instances are listed, and none is deleted. One with a status that ends by itself counts as one
    that would be deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  instance_ids:
    description:
      - The instances, one or thousands, as IDs or as records that M(sundown.hwcloud.dcs_instance_info) returns.
        Duplicates are ignored.
      - The ID of a record is its C(id) or C(instance_id). A record of another kind is an error, and other keys are
        ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: raw
    required: true
    aliases: [instance_id]
  wait:
    description:
      - Whether to wait until the service no longer lists the instances.
      - With V(false) the module ends when it has sent the deletes, and RV(deleting) has the instances with a delete
        that the service has accepted. In diff mode they are listed before and after, because the service still lists
        them. An instance with a status that does not allow a delete yet, or that the service refuses as busy, fails at
        once.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait for all instances, in seconds, including the time until a delete can be sent.
      - An instance that is still listed then fails with V(WaitTimeout). An accepted deletion goes on nevertheless. If
        the module runs again, it sends the delete again.
    type: float
    default: 3600
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - Records that M(sundown.hwcloud.dcs_bigkey_task_info) lists with the ID of the instance as C(instance_id) are deleted
    with it.
  - Records that M(sundown.hwcloud.dcs_hotkey_task_info) lists with the ID of the instance as C(instance_id) are deleted
    with it.
  - Records that M(sundown.hwcloud.dcs_task_info) lists with the ID of the instance as C(instance_id) are deleted with
    it.
  - The API does not document a status of an instance that is being deleted. If it returns another one, a delete is
    sent, and the instance counts as deleted by this run.
seealso:
  - module: sundown.hwcloud.dcs_instance_info
  - module: sundown.hwcloud.environment
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete one instance
  sundown.hwcloud.dcs_instance:
    region: eu-de
    instance_id: 3cd0e1fb-3b5c-4a0e-8f7b-6f9e1f3b2a10

- name: List the instances with the status RUNNING
  sundown.hwcloud.dcs_instance_info:
    region: eu-de
    select:
      - status: RUNNING
  register: result

- name: Delete those that can be deleted, and wait for half an hour at most
  sundown.hwcloud.dcs_instance:
    region: eu-de
    instance_ids: "{{ result.records | selectattr('deletable') }}"
    wait_timeout: 1800

- name: Begin to delete two instances, and do not wait until they are gone
  sundown.hwcloud.dcs_instance:
    region: eu-de
    instance_ids:
      - 3cd0e1fb-3b5c-4a0e-8f7b-6f9e1f3b2a10
      - c64eb1f3-7c0b-4f29-9b6e-0f6a4d7c9e21
    wait: false
"""

RETURN = r"""
---
deleted:
  description:
    - IDs of the instances that were deleted and are no longer listed, in the order in which they were given.
    - In check mode the IDs of the instances that would be deleted, with O(wait=false) too.
  returned: when the options are valid
  type: list
  elements: str
  sample: [3cd0e1fb-3b5c-4a0e-8f7b-6f9e1f3b2a10]
absent:
  description: IDs of the instances that did not exist any more, or that were being deleted already.
  returned: when the options are valid
  type: list
  elements: str
  sample: [c64eb1f3-7c0b-4f29-9b6e-0f6a4d7c9e21]
deleting:
  description: IDs of the instances with a delete that the service has accepted and that the module does not wait for.
    Empty with O(wait=true).
  returned: when the options are valid
  type: list
  elements: str
  sample: []
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
      description: The error code of the service or of this collection, such as V(NotDeletable), V(WaitTimeout) or
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
  description: Figures about the run. RV(summary.requested) is the sum of RV(summary.deleted), RV(summary.absent),
    RV(summary.deleting) and RV(summary.failed).
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
      description: Number of instances in RV(absent).
      type: int
    deleting:
      description: Number of instances in RV(deleting).
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
  sample: {requested: 2, deleted: 1, absent: 1, deleting: 0, failed: 0, requests: 3, throttled: 0, seconds: 0.412}
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.delete import run_delete


def main() -> None:
    run_delete("dcs_instance")


if __name__ == "__main__":
    main()
