#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: environment
short_description: Delete records and instances of several kinds
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes job and task records, instances and clusters of several kinds in one call, with one login. Each is deleted
    as the module of its kind does it.
  - B(Instances and clusters are deleted themselves), not only records of them; see the modules of their kinds for what
    goes with them.
  - Kinds are deleted concurrently where their order does not matter. The order is V(drs_job); then V(dms_task),
    V(dms_scheduled_task), V(dcs_bigkey_task), V(dcs_hotkey_task), V(rds_task) and V(taurusdb_task); then
    V(gaussdb_instance), V(dms_instance), V(dcs_instance) and V(cce_cluster); then V(gaussdb_job),
    V(gaussdb_scheduled_task), V(dcs_task), V(cce_job) and V(cce_autopilot_job). With O(wait=true) a phase begins when
    the instances of the one before are gone or given up.
  - Every record and instance is tried; then the module fails if any was not deleted.
  - In check mode the records and instances are listed, and none is deleted. Records that are not in the list are looked
    up one by one where the API allows it.
  - With a local connection the task shows every few seconds how many records are done, and how many are being waited
    for.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
attributes:
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details: No progress is shown then.
options:
  records:
    description:
      - The records to delete, as RV(sundown.hwcloud.environment_info#module:records) holds them. Duplicate records are
        ignored.
      - Each has a C(kind), which is V(drs_job), V(gaussdb_instance), V(dms_task), V(dms_scheduled_task),
        V(dms_instance), V(dcs_bigkey_task), V(dcs_hotkey_task), V(dcs_instance), V(cce_cluster), V(gaussdb_job),
        V(gaussdb_scheduled_task), V(dcs_task), V(cce_job), V(cce_autopilot_job), V(rds_task) or V(taurusdb_task), and
        an C(id). An C(instance_id) is needed for V(dms_task), V(dms_scheduled_task), V(dcs_bigkey_task) and
        V(dcs_hotkey_task). Other keys are ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: dict
    required: true
  stop:
    description:
      - Whether V(drs_job) records that are still running are stopped before they are deleted. What is stopped cannot be
        resumed.
      - The module waits until they have released their resources.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the services no longer list the deleted instances and clusters.
      - With V(false), RV(deleting) has those with a delete that the service has accepted, and the records that are to
        be deleted after them are tried at once. In diff mode the instances and clusters in it are listed before and
        after, because the services still list them.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait in each phase, in seconds, for stopped DRS jobs and for deleted instances and
      clusters.
    type: float
    default: 3600
  kind_options:
    description:
      - Options of single kinds, by the name of the kind. A kind that has no records in O(records) is ignored.
      - V(drs_job) has C(api_version) with V(v5) or V(v3).
      - V(cce_cluster) has C(delete_evs), C(delete_efs), C(delete_obs), C(delete_sfs), C(delete_net) and C(delete_eni)
        with V(skip), V(try) or V(block).
    type: dict
    default: {}
  progress:
    description:
      - The figures of earlier calls, to which this call adds its own. Pass RV(progress) of the call before.
    type: dict
    suboptions:
      total:
        description: Number of records of all calls. The default is the number of those done at the end of this call.
        type: int
      batch:
        description: The number of this call, from V(1).
        type: int
      batches:
        description: Number of all calls.
        type: int
      done:
        description: Number of records that earlier calls tried.
        type: int
      deleted:
        description: Number of records that earlier calls deleted.
        type: int
      absent:
        description: Number of records that did not exist any more in earlier calls.
        type: int
      failed:
        description: Number of records that earlier calls did not delete.
        type: int
      seconds:
        description: Duration of the earlier calls in seconds.
        type: float
      seconds_left:
        description: Ignored.
        type: int
  progress_file:
    description:
      - A file on the host where the module runs, to which it writes how far each kind is, at most once a second. With a
        local connection it is set and shown while the module runs, so it is for internal use.
      - The content is a JSON object. Under the name of each kind it has C(done), C(total), C(failed) and C(waiting),
        the number of records that are being stopped and of instances that are being deleted.
    type: path
  journal:
    description:
      - A file on the controller, to which a line is appended before and after the deletes. It is created with mode
        C(0600). Nothing is written in check mode. If it cannot be written, the module fails before the first request.
      - Each line is a JSON object with C(time), C(state) (V(started) or V(ended)), C(batch), C(batches) and C(kinds),
        the number of records by kind. With a local connection a line with C(time), the C(state) V(accepted), C(kind)
        and C(id) follows as soon as a service accepts the delete of an instance. A line with V(ended) also has
        C(deleted), C(absent) and C(failed), the number of records by kind, and C(deleting), a list of records.
      - There is no line with V(ended) if the task runs in the background with C(async).
    type: path
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
seealso:
  - module: sundown.hwcloud.environment_info
  - module: sundown.hwcloud.drs_job
  - module: sundown.hwcloud.gaussdb_instance
  - module: sundown.hwcloud.dms_task
  - module: sundown.hwcloud.dms_scheduled_task
  - module: sundown.hwcloud.dms_instance
  - module: sundown.hwcloud.dcs_bigkey_task
  - module: sundown.hwcloud.dcs_hotkey_task
  - module: sundown.hwcloud.dcs_instance
  - module: sundown.hwcloud.cce_cluster
  - module: sundown.hwcloud.gaussdb_job
  - module: sundown.hwcloud.gaussdb_scheduled_task
  - module: sundown.hwcloud.dcs_task
  - module: sundown.hwcloud.cce_job
  - module: sundown.hwcloud.cce_autopilot_job
  - module: sundown.hwcloud.rds_task
  - module: sundown.hwcloud.taurusdb_task
"""

EXAMPLES = r"""
---
- name: List the records of an environment
  sundown.hwcloud.environment_info:
    region: eu-de
    project_name: eu-de_shop
    expect_project_name: eu-de_shop
  register: result

- name: Delete all records that can be deleted
  sundown.hwcloud.environment:
    region: eu-de
    project_name: eu-de_shop
    records: "{{ result.records | selectattr('deletable') }}"

- name: List the instances and clusters of an environment
  sundown.hwcloud.environment_info:
    region: eu-de
    project_name: eu-de_shop
    expect_project_name: eu-de_shop
    kinds: [instances]
  register: instances

- name: Delete those that can be deleted, clusters with the disks of their volumes, and wait until they are gone
  sundown.hwcloud.environment:
    region: eu-de
    project_name: eu-de_shop
    records: "{{ instances.records | selectattr('deletable') }}"
    kind_options:
      cce_cluster:
        delete_evs: block

- name: Delete two records, and stop the replication task before
  sundown.hwcloud.environment:
    region: eu-de
    records:
      - kind: drs_job
        id: 140b5236-88ad-43c8-811c-12684530b101
      - kind: dms_task
        instance_id: 80cd7c44-1b0e-4a3c-9f2d-6f0f7d7f8e11
        id: 8abfa7b27da211df017da340427b0979
    stop: true
"""

RETURN = r"""
---
deleted:
  description:
    - The records that were deleted, in the order in which they were given. An instance is here when its service no
      longer lists it.
    - In check mode the records that would be deleted.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    kind:
      description: The kind.
      type: str
    instance_id:
      description: The ID of the instance that the record belongs to, as it was given; V(null) where none was.
      type: str
    id:
      description: The ID of the record or instance.
      type: str
  sample: [{kind: drs_job, instance_id: null, id: 140b5236-88ad-43c8-811c-12684530b101}]
absent:
  description:
    - The records that did not exist any more, and instances that were being deleted already.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    kind:
      description: The kind.
      type: str
    instance_id:
      description: The ID of the instance that the record belongs to, as it was given; V(null) where none was.
      type: str
    id:
      description: The ID of the record or instance.
      type: str
  sample: [{kind: drs_job, instance_id: null, id: 2f5e1ad3-6a1e-4b7e-9d5c-0c4df2c0b201}]
deleting:
  description:
    - With O(wait=false) the instances with a delete that the service has accepted and that the module does not wait
      for.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    kind:
      description: The kind.
      type: str
    instance_id:
      description: The ID of the instance that the record belongs to, as it was given; V(null) where none was.
      type: str
    id:
      description: The ID of the record or instance.
      type: str
  sample: []
failures:
  description: The records that were not deleted, and why.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    kind:
      description: The kind.
      type: str
    instance_id:
      description: The ID of the instance that the record belongs to, as it was given; V(null) where none was.
      type: str
    id:
      description: The ID of the record or instance.
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
  description: Whether the service refused the credentials. No further request was sent then, and the records that were
    still to be deleted are listed in RV(failures).
  returned: when the options are valid
  type: bool
  sample: false
token_renewed:
  description: Whether O(token) was no longer accepted and the module logged in again. The new token is not returned.
  returned: when the options are valid
  type: bool
  sample: false
progress:
  description: The figures of O(progress) with those of this call added.
  returned: when the options are valid
  type: dict
  contains:
    total:
      description: Number of records of all calls.
      type: int
    batch:
      description: The number of this call.
      type: int
    batches:
      description: Number of all calls.
      type: int
    done:
      description: Number of records that were tried so far.
      type: int
    deleted:
      description: Number of records that were deleted so far.
      type: int
    absent:
      description: Number of records so far that did not exist any more.
      type: int
    failed:
      description: Number of records that were not deleted so far.
      type: int
    seconds:
      description: Duration of the calls so far in seconds.
      type: float
    seconds_left:
      description: How long the remaining records take at the rate so far, in seconds. V(null) where nothing was done so
        far.
      type: int
  sample: {total: 5000, batch: 2, batches: 5, done: 2000, deleted: 1990, absent: 7, failed: 3, seconds: 41.2,
    seconds_left: 62}
summary:
  description: Figures about the run. RV(summary.requested) is the sum of RV(summary.deleted), RV(summary.absent),
    RV(summary.deleting) and RV(summary.failed).
  returned: when the options are valid
  type: dict
  contains:
    requested:
      description: Number of different records in the options.
      type: int
    deleted:
      description: Number of records that were deleted.
      type: int
    absent:
      description: Number of records in RV(absent).
      type: int
    deleting:
      description: Number of instances in RV(deleting).
      type: int
    failed:
      description: Number of records that were not deleted.
      type: int
    kinds:
      description: The same figures by the name of the kind, without those of requests.
      type: dict
    requests:
      description: Number of HTTP requests sent, logins and retries included.
      type: int
    throttled:
      description: Number of requests that the service throttled.
      type: int
    seconds:
      description: Duration of the run in seconds.
      type: float
  sample: {requested: 2, deleted: 1, absent: 1, deleting: 0, failed: 0, requests: 3, throttled: 0, seconds: 0.412,
    kinds: {drs_job: {requested: 2, deleted: 1, absent: 1, deleting: 0, failed: 0, seconds: 0.31}}}
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.environment import run_environment


def main() -> None:
    run_environment()


if __name__ == "__main__":
    main()
