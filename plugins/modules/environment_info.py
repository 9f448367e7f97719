#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: environment_info
short_description: List records and instances of several kinds
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Lists job and task records, instances and clusters of several kinds concurrently, with one login. Instances and
    clusters are listed only if O(kinds) names them.
  - The module fails only if no kind could be listed. RV(listings) states which kinds were listed completely; always
    check it before using RV(records).
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.select
  - sundown.hwcloud.attributes.info_module
  - sundown.hwcloud.attributes.action_group
options:
  kinds:
    description:
      - Names of the kinds to list, which are those of the modules that delete them. Duplicate names are ignored.
      - The kinds are V(drs_job), V(gaussdb_instance), V(dms_task), V(dms_scheduled_task), V(dms_instance),
        V(dcs_bigkey_task), V(dcs_hotkey_task), V(dcs_instance), V(cce_cluster), V(gaussdb_job),
        V(gaussdb_scheduled_task), V(dcs_task), V(cce_job), V(cce_autopilot_job), V(rds_task) and V(taurusdb_task).
      - V(records) and V(instances) stand for all kinds of records or instances that the cloud of the region offers,
        V(all) for both. With one of these, O(select) can be about any kind.
      - The default is five kinds of records.
    type: list
    elements: str
    default: [drs_job, gaussdb_job, dms_task, dcs_task, cce_job]
  expect_project_name:
    description:
      - The name of the project that the credentials must belong to. If they belong to another one, the module fails
        before anything is listed, and returns RV(identity).
    type: str
  issue_token:
    description:
      - Whether to return RV(token). Use C(no_log) on such a task.
    type: bool
    default: false
  api_version:
    description: The version of the DRS API. The default is V(v3) on T Cloud Public and V(v5) on Huawei Cloud.
    type: str
    choices: [v5, v3]
  enterprise_project_id:
    description:
      - List the records of this enterprise project only, by its ID. It is known of V(drs_job), V(gaussdb_instance),
        V(dms_instance), V(dcs_instance) and V(cce_cluster). Records of other kinds are left out, and those without one
        in the response of the API.
      - Only the services of V(drs_job) and V(dms_instance) are asked for one enterprise project. Of the other kinds
        everything is listed first.
    type: str
seealso:
  - module: sundown.hwcloud.identity_info
"""

EXAMPLES = r"""
---
- name: List the records of an environment
  sundown.hwcloud.environment_info:
    region: eu-de
    project_name: eu-de_shop
  register: result

- name: List the records only if the credentials belong to the project, and log in once for the whole play
  sundown.hwcloud.environment_info:
    region: eu-de
    project_name: eu-de_shop
    expect_project_name: eu-de_shop
    issue_token: true
  register: login
  no_log: true

- name: Assert that every kind was listed completely
  ansible.builtin.assert:
    that: result.listings.values() | map(attribute='state') | unique == ['complete']

- name: List the failed jobs of CCE
  sundown.hwcloud.environment_info:
    region: eu-de
    kinds: [cce_job]
    select:
      - status: failed
  register: result

- name: List the instances and clusters of an environment
  sundown.hwcloud.environment_info:
    region: eu-de
    kinds: [instances]
  register: result

- name: Show the IDs of those that cannot be deleted as they are
  ansible.builtin.debug:
    msg: "{{ result.records | rejectattr('deletable') | map(attribute='id') }}"
"""

RETURN = r"""
---
records:
  description: The records and instances of all kinds that could be listed, grouped by kind, all of them or those that
    O(select) matches.
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
      description: The ID of the instance that the record belongs to, V(null) where the API returns none and for an
        instance itself.
      type: str
    id:
      description: The ID by which it is deleted.
      type: str
    name:
      description: The name, V(null) where unknown.
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
        - An instance or cluster with a status that ends by itself is deletable, as the module waits for it. What is
          prepaid, protected or locked is not.
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
    engine:
      description: The engine and the version, V(null) where the API returns none. Only instances and clusters have this
        key.
      type: str
    locked:
      description: Whether it is locked, such as for an unpaid bill, V(null) where the API does not return that. Only
        instances and clusters have this key.
      type: bool
  sample:
    - kind: drs_job
      service: drs
      region: eu-de
      project_id: 0483b6b16e954cb88930a360d2c4e663
      instance_id: null
      id: 140b5236-88ad-43c8-811c-12684530b101
      name: DRS-shop
      status: RELEASE_RESOURCE_COMPLETE
      created_at: "2026-11-02T08:15:07Z"
      updated_at: "2026-11-02T08:16:41Z"
      deletable: true
      tags: null
      enterprise_project_id: "0"
      prepaid: false
      protected: null
listings:
  description: The result of the listing of each kind, by the name of the kind.
  returned: when the options are valid, and the credentials belong to the project of O(expect_project_name) if it is set
  type: dict
  contains:
    state:
      description: V(complete), V(failed), or V(unsupported) where the region does not offer the kind or does not
        publish its list.
      type: str
    listed:
      description: Number of records or instances that were listed, before O(select) is applied.
      type: int
    http_status:
      description: The HTTP status of the response, V(null) where nothing failed or where there was no response.
      type: int
    error_code:
      description: The error code of the service or of this collection, V(null) where nothing failed.
      type: str
    error_msg:
      description: The error message of the service or of this collection, V(null) where nothing failed.
      type: str
  sample: {drs_job: {state: complete, listed: 12, http_status: null, error_code: null, error_msg: null}}
identity:
  description: The project and the user that the credentials belong to, as far as they were looked up. They are always
    looked up with O(expect_project_name). Otherwise, the names are V(null) with O(token), O(access_key) or O(metadata)
    where O(project_id) is given.
  returned: when the options are valid, unless the project of O(expect_project_name) could not be looked up
  type: dict
  contains:
    project_id:
      description: The ID of the project, V(null) where a token belongs to none.
      type: str
      sample: 0483b6b16e954cb88930a360d2c4e663
    project_name:
      description: The name of the project.
      type: str
      sample: eu-de_shop
    domain_name:
      description: The name of the domain (the account), V(null) where the API does not return it.
      type: str
      sample: OTC-EU-DE-00000000001000000001
    user_name:
      description: The name of the user, V(null) with an access key, for which the API does not return it.
      type: str
      sample: operator
    region:
      description: The region.
      type: str
      sample: eu-de
token:
  description:
    - The token of the login, scoped to the project.
    - V(null) if there was no login, because O(token), O(access_key) or O(metadata) is used; continue to use that.
  returned: with O(issue_token=true)
  type: str
  sample: gAAAAABexample
summary:
  description: Figures about the run.
  returned: when the options are valid
  type: dict
  contains:
    listed:
      description: Number of records and instances that were listed, before O(select) is applied.
      returned: unless the project of O(expect_project_name) could not be looked up
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
  returned: when the project of O(expect_project_name) could not be looked up
  type: str
  sample: iam
error_code:
  description: The error code of the service or of this collection, such as V(NoReply) or V(MalformedReply).
  returned: when the project of O(expect_project_name) could not be looked up
  type: str
  sample: APIGW.0302
http_status:
  description: HTTP status of the response, V(null) where there was none.
  returned: when the project of O(expect_project_name) could not be looked up
  type: int
  sample: 403
error_msg:
  description: The error message of the service or of this collection.
  returned: when the project of O(expect_project_name) could not be looked up
  type: str
  sample: Incorrect IAM authentication information
request_id:
  description: The service's ID of the request, V(null) where there is none.
  returned: when the project of O(expect_project_name) could not be looked up
  type: str
  sample: d9d2bd7f6b0b4ed5bc1b1f6c4d5e6f70
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.info import run_environment_info


def main() -> None:
    run_environment_info()


if __name__ == "__main__":
    main()
